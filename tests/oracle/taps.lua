-- Writes for each filter, by its line, the numbers of the packets that pass it; 0 for one that is refused.
local out = io.open(os.getenv("NUMBERS"), "w")
local line = 0
for text in io.lines(os.getenv("FILTERS")) do
  line = line + 1
  local place = line
  local is_filter, tap = pcall(Listener.new, "frame", text)
  if is_filter then
    function tap.packet(pinfo) out:write(place, " ", pinfo.number, "\n") end
    function tap.draw() out:flush() end
  else
    out:write(place, " 0\n")
  end
end
out:flush()
