-- Widths of columns for formats on paper, from the length of the longest word and of the content.

local columns = {}
local stringify = pandoc.utils.stringify
local short = 24  -- characters: a number not longer, such as `1.32 (0.93 to 1.40)`, stays on one line

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

-- Per column, in characters: what the content takes on one line, what it would like (a heading may
-- take two lines), and what its longest word needs (numbers are narrower than words).
local function measure(tbl)
  local natural, liked, least = {}, {}, {}
  local function look(rows, is_body)
    columns.each_cell(rows, function(cell, column)
      if cell.col_span > 1 then return end
      local text = stringify(cell.contents)
      local length, longest = utf8.len(text) or #text, 1
      for word in text:gmatch("%S+") do longest = math.max(longest, utf8.len(word) or #word) end
      if is_body and is_short_number(text) then longest = 0.9 * length end
      natural[column] = math.max(natural[column] or 1, length)
      least[column] = math.max(least[column] or 1, longest)
      liked[column] = math.max(liked[column] or 1, is_body and length or length / 2, longest)
    end)
  end
  look(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do look(body.body, true) end
  return natural, liked, least
end

-- Sets relative widths where the content is wider than `room` characters (all columns together),
-- or always; leaves columns to themselves otherwise.
function columns.fit(tbl, room, always, padding)
  padding = padding or 2
  for _, spec in ipairs(tbl.colspecs) do
    if spec[2] and spec[2] ~= 0 then return tbl end
  end
  local natural, liked, least = measure(tbl)
  local count, wanted = #tbl.colspecs, 0
  for column = 1, count do
    natural[column], least[column] = natural[column] or 1, least[column] or 1
    liked[column] = math.max(liked[column] or 1, least[column])
    wanted = wanted + natural[column] + padding
  end
  if wanted <= room and not always then return tbl end
  -- Every column gets its longest word; what is left goes to those that would like more.
  local needed, longing = 0, 0
  for column = 1, count do
    needed = needed + least[column] + padding
    longing = longing + liked[column] - least[column]
  end
  local spare = math.max(room - needed, 0)
  local share = longing > 0 and math.min(spare / longing, 1) or 0
  local widths, total = {}, 0
  for column = 1, count do
    widths[column] = least[column] + padding + (liked[column] - least[column]) * share
    total = total + widths[column]
  end
  local whole = math.max(total, always and math.min(room, total) or room)
  for column = 1, count do
    tbl.colspecs[column] = { tbl.colspecs[column][1], widths[column] / whole }
  end
  return tbl
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
