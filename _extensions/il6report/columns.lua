-- Widths of columns for formats on paper, from the width of the longest word and of the content.

local columns = {}
local stringify = pandoc.utils.stringify
local label = 40  -- letters: a label not longer, such as the name of a group, should have one line
local short = 26  -- characters: a number not longer, such as `1.32 (0.93 to 1.40)`, stays on one line

-- Widths of the letters of Inter, in em, where they are far from the average.
local letter, average = {}, 0.56
for width, letters in pairs {
  [0.28] = " \u{a0}.,:;'’ijlI|!", [0.37] = "()[]/frt", [0.48] = "-–",
  [0.64] = "0123456789BEFJKLPRSTXYZ", [0.67] = "+−<>≤≥=×∞", [0.74] = "ACDGHNOQUV", [0.9] = "mwMW%",
} do
  for _, code in utf8.codes(letters) do letter[code] = width end
end

-- The width of a text in letters of average width, a little of it to spare.
local function width_of(text)
  local sum = 0
  for _, code in utf8.codes(text) do sum = sum + (letter[code] or average) end
  return 1.02 * sum / average
end

local function is_short_number(text)
  local first = text:gsub("^[<>≤≥−–(+-]+%s*", "")
  return first:match("^%d") ~= nil and (utf8.len(text) or #text) <= short
end

-- Calls `visit(cell, column)` for every cell of some rows, minding cells that span.
function columns.each_cell(rows, visit)
  local below = {}
  for _, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (below[column] or 0) > 0 do
        below[column] = below[column] - 1
        column = column + 1
      end
      visit(cell, column)
      for covered = column, column + cell.col_span - 1 do below[covered] = cell.row_span - 1 end
      column = column + cell.col_span
    end
    while (below[column] or 0) > 0 do
      below[column] = below[column] - 1
      column = column + 1
    end
  end
end

-- Per column, in letters: what the content takes on one line, what it would like (a heading may take
-- two lines), and what its longest word needs (a short number is one word).
local function measure(tbl)
  local natural, liked, least = {}, {}, {}
  local function look(rows, is_body)
    columns.each_cell(rows, function(cell, column)
      if cell.col_span > 1 then return end
      local text = stringify(cell.contents)
      local length, longest = width_of(text), 1
      for word in text:gmatch("%S+") do longest = math.max(longest, width_of(word)) end
      if is_body and is_short_number(text) then longest = length end
      natural[column] = math.max(natural[column] or 1, length)
      least[column] = math.max(least[column] or 1, longest)
      liked[column] = math.max(liked[column] or 1, is_body and length or length / 2, longest)
    end)
  end
  look(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do look(body.body, true) end
  return natural, liked, least
end

-- Sets relative widths where the content is wider than `room` letters (all columns together),
-- or always; leaves columns to themselves otherwise. Says, too, whether letters `smaller` by this
-- factor spare labels and numbers a second line; longer text has one anyway.
function columns.fit(tbl, room, always, padding, smaller)
  padding = padding or 2
  for _, spec in ipairs(tbl.colspecs) do
    if spec[2] and spec[2] ~= 0 then return tbl, false end
  end
  local natural, liked, least = measure(tbl)
  local modest, count, wanted, on_one_line = {}, #tbl.colspecs, 0, 0
  for column = 1, count do
    natural[column], least[column] = natural[column] or 1, least[column] or 1
    liked[column] = math.max(liked[column] or 1, least[column])
    wanted = wanted + natural[column] + padding
    modest[column] = math.max(math.min(liked[column], label), least[column])
    on_one_line = on_one_line + modest[column] + padding
  end
  if wanted <= room and not always then return tbl, false end
  local small = smaller ~= nil and on_one_line > room
  if small then room = room / smaller end
  -- Every column gets its longest word; what is left goes to labels, then to longer text, and then to
  -- headings of two lines.
  local widths = table.move(least, 1, count, 1, {})
  for _, wish in ipairs { modest, liked, natural } do
    local spare, longing = room - count * padding, 0
    for column = 1, count do
      spare = spare - widths[column]
      longing = longing + math.max(wish[column] - widths[column], 0)
    end
    local share = longing > 0 and math.max(math.min(spare / longing, 1), 0) or 0
    for column = 1, count do
      widths[column] = widths[column] + math.max(wish[column] - widths[column], 0) * share
    end
  end
  local total = 0
  for column = 1, count do
    widths[column] = widths[column] + padding
    total = total + widths[column]
  end
  local whole = math.max(total, always and math.min(room, total) or room)
  for column = 1, count do
    tbl.colspecs[column] = { tbl.colspecs[column][1], widths[column] / whole }
  end
  return tbl, small
end

local function unbroken(inlines)
  for index, inline in ipairs(inlines) do
    if inline.t == "Space" then inlines[index] = pandoc.Str("\u{a0}") end
  end
  return inlines
end

-- Keeps short cells on one line, whatever the width of their column.
function columns.keep_short(tbl)
  for place, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and is_short_number(stringify(cell.contents)) then
          for _, block in ipairs(cell.contents) do
            if block.content then block.content = unbroken(block.content) end
          end
        end
      end
    end
    tbl.bodies[place] = body
  end
  return tbl
end

return columns
