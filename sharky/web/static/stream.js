// The line to the engine: frames, states, and the knowledge that it broke. A page that nobody looks at hangs up, so that its
// seat is free for somebody else.

const SILENCE_MS = 6000;
const AGAIN_MS = 5000;

/** Listen until the page closes; `on` has frame(hex), state(object), gone() and lost(). */
export function listen(on) {
  let source = null;
  let watchdog = 0;

  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(again, SILENCE_MS);
  };
  const hangUp = () => {
    clearTimeout(watchdog);
    source?.close();
    source = null;
  };
  const again = () => {
    hangUp();
    on.lost();
    watchdog = setTimeout(call, AGAIN_MS);
  };
  const call = () => {
    hangUp();
    source = new EventSource("events");
    heard();
    const take = (name, act) => source.addEventListener(name, (event) => { heard(); act(event.data); });
    take("message", on.frame);
    take("state", (text) => on.state(JSON.parse(text)));
    take("gone", on.gone);
    take("beat", () => {});
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) again();
      else on.lost();
    });
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : call()));
  if (!document.hidden) call();
}
