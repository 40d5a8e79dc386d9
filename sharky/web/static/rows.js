// Lists that change several times a second: a row stays the same element for as long as its key is there. What packets say
// becomes text and never markup.

const known = new WeakMap();

/** Make an element with text. */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Write text where it differs. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Make an element with a child for each name, to be found by that name. */
export function row(tag, className, parts) {
  const made = element(tag, className);
  made.parts = {};
  for (const [name, kind] of Object.entries(parts)) {
    made.parts[name] = element(kind, name);
    made.append(made.parts[name]);
  }
  return made;
}

/** Show `items` in `list`: `make()` a row for a new key, `fill(row, item)` every row. */
export function showRows(list, items, { key, make, fill }) {
  const old = known.get(list) ?? new Map();
  const fresh = new Map();
  items.forEach((item, index) => {
    const each = old.get(key(item)) ?? make();
    fresh.set(key(item), each);
    fill(each, item);
    if (list.children[index] !== each) list.insertBefore(each, list.children[index] ?? null);
  });
  for (const [name, each] of old) if (!fresh.has(name)) each.remove();
  known.set(list, fresh);
}
