-- Tables as a journal prints them, from HTML: great_tables and pandas both write HTML only. Used by
-- the embedded engine and, through the extension's filter, by Quarto.
--
-- Alignment is taken from great_tables' classes, or from the content (numbers to the right); titles
-- become the first lines of the head, notes a division below the table. `typst` and `word` give a
-- table the look of a format; what `lost` they call for a colour that the format cannot show.

local columns = require("columns")
local journal = {}
local stringify = pandoc.utils.stringify
local size, small = 8, 7.5  -- points: of table text in typst, and where all would not fit
local room = { typst = 104, word = 112 }  -- letters of table text that fit side by side on a page

local aligned = {
  gt_left = "AlignLeft", gt_center = "AlignCenter", gt_right = "AlignRight",
}

local function class_alignment(cell)
  for class, alignment in pairs(aligned) do
    if cell.attr.classes:includes(class) then return alignment end
  end
end

local function is_numeric(text)
  local digits = text:gsub("−", "-")
  return digits == "" or digits == "—" or digits == "–" or digits == "NaN" or digits == "NA"
    or digits:match("^[<>≤≥]?%s*[-+]?[%d.,]+%s*%%?$") ~= nil
end

function journal.body_rows(tbl)
  local rows = pandoc.List()
  for _, body in ipairs(tbl.bodies) do
    rows:extend(body.head)
    rows:extend(body.body)
  end
  return rows
end

-- One alignment per column: what its cells say, or right where all of them are numbers.
local function align_columns(tbl)
  local said, numeric = {}, {}
  columns.each_cell(journal.body_rows(tbl), function(cell, column)
    if cell.col_span == 1 then
      said[column] = said[column] or class_alignment(cell)
      local text = stringify(cell.contents)
      if numeric[column] ~= false then numeric[column] = is_numeric(text) end
    end
  end)
  for column, spec in ipairs(tbl.colspecs) do
    if spec[1] == "AlignDefault" then
      local alignment = said[column] or (numeric[column] and "AlignRight") or "AlignLeft"
      tbl.colspecs[column] = { alignment, spec[2] }
    end
  end
  columns.each_cell(tbl.head.rows, function(cell, column)
    if cell.col_span > 1 then
      cell.alignment = cell.col_span == #tbl.colspecs and "AlignLeft" or "AlignCenter"
      cell.attr.classes:insert("spanner")
    else
      cell.alignment = tbl.colspecs[column][1]
    end
  end)
end

-- pandas writes the name of the index on a line of its own: put it in the empty corner above.
local function fold_index_name(tbl)
  local rows = tbl.head.rows
  if #rows < 2 or not tbl.attr.classes:includes("dataframe") then return end
  local last, above = rows[#rows].cells, rows[#rows - 1].cells
  if #last ~= #above then return end
  for place, cell in ipairs(last) do
    local has_text = stringify(cell.contents) ~= ""
    if has_text and stringify(above[place].contents) ~= "" then return end
    if has_text then above[place].contents = cell.contents end
  end
  rows:remove(#rows)
  tbl.head.rows = rows
end

-- Great_tables' own, which Quarto writes into every cell.
local plain_colours = { ["color:#333333"] = true, ["background-color:#ffffff"] = true }

local style_marks = {
  { "font%-weight:%s*bold", pandoc.Strong },
  { "font%-style:%s*italic", pandoc.Emph },
}

-- Bold and italic of great_tables' tab_style become marks; of the rest only colours are kept.
local function styled(cell)
  local style = cell.attr.attributes["style"] or ""
  for _, mark in ipairs(style_marks) do
    if style:match(mark[1]) then
      cell.contents = cell.contents:walk {
        Plain = function(plain) return pandoc.Plain { mark[2](plain.content) } end,
      }
    end
  end
  local kept = {}
  for name, colour in style:gmatch("([%w%-]*color):%s*([^;]+)") do
    local said = name .. ":" .. colour
    if (name == "color" or name == "background-color") and not plain_colours[said:lower()] then
      kept[#kept + 1] = said
    end
  end
  return #kept > 0 and { style = table.concat(kept, ";") } or nil
end

local function clean(rows)
  for _, row in ipairs(rows) do
    local group = false
    for _, cell in ipairs(row.cells) do
      local colours = styled(cell)
      local class = cell.attr.classes
      group = group or class:includes("gt_group_heading")
      local indent = 0
      for _, name in ipairs(class) do
        indent = math.max(indent, tonumber(name:match("^gt_indent_(%d)$") or 0))
      end
      local kept = class:includes("spanner") and { "spanner" } or group and { "row-group" }
        or indent > 0 and { "indented" } or {}
      cell.attr = pandoc.Attr("", kept, colours)
      if group then cell.alignment = "AlignLeft" end
    end
    row.attr = pandoc.Attr("", group and { "row-group" } or {})
  end
end

-- The table, and a division of class `table-notes` where it has notes.
function journal.made(tbl)
  fold_index_name(tbl)
  align_columns(tbl)
  local notes = pandoc.List()
  for _, row in ipairs(tbl.foot.rows) do
    for _, cell in ipairs(row.cells) do
      local inlines = pandoc.utils.blocks_to_inlines(cell.contents)
      notes:insert(pandoc.Para(inlines))
    end
  end
  tbl.foot.rows = {}
  local rows = tbl.head.rows
  clean(rows)
  tbl.head.rows = rows
  for place, body in ipairs(tbl.bodies) do
    local all = pandoc.List(body.head)  -- rows of headers only, which pandoc takes for a second head
    all:extend(body.body)
    body.head, body.body = {}, all
    clean(body.body)
    tbl.bodies[place] = body
  end
  tbl.attr = pandoc.Attr("", { "from-cell", tbl.identifier ~= "" and "counted" or nil })
  tbl = columns.keep_short(tbl)
  local out = pandoc.Blocks { tbl }
  if #notes > 0 then out:insert(pandoc.Div(notes, pandoc.Attr("", { "table-notes" }))) end
  return out
end

local typst_names = { ["background-color"] = "typst:fill", color = "typst:text:fill" }

local function coloured(cell, lost)
  local style = cell.attr.attributes.style
  if not style then return end
  cell.attr.attributes.style = nil
  for name, colour in style:gmatch("([%w%-]+):([^;]+)") do
    local hex = colour:match("^#%x+$")
    if hex then cell.attr.attributes[typst_names[name] or name] = 'rgb("' .. hex .. '")'
    else lost() end
  end
end

-- Rules of a journal table: under spanners, under the head; row groups stand a little apart.
function journal.typst(tbl, lost)
  local tight
  tbl, tight = columns.fit(tbl, room.typst, false, 2, small / size)
  if tight then
    tbl = tbl:walk {
      Plain = function(plain)
        plain.content:insert(1, pandoc.RawInline("typst", "#set text(size: " .. small .. "pt)\n"))
        return plain
      end,
    }
  end
  tbl.attr.classes:insert("typst:no-figure")
  local rows = tbl.head.rows
  for place, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.attr.attributes["typst:align"] = "bottom"
      if cell.attr.classes:includes("spanner") and place < #rows then
        cell.attr.attributes["typst:stroke"] = "(bottom: 0.4pt)"
      end
    end
  end
  tbl.head.rows = rows
  for index, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        coloured(cell, lost)
        local group = cell.attr.classes:includes("row-group")
        if group or cell.attr.classes:includes("indented") then
          cell.contents = cell.contents:walk {
            Plain = function(plain)
              if group then return pandoc.Plain { pandoc.Strong(plain.content) } end
              plain.content:insert(1, pandoc.RawInline("typst", "#h(1em)"))
              return plain
            end,
          }
        end
      end
    end
    tbl.bodies[index] = body
  end
  return tbl
end

function journal.styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

function journal.paragraphs(blocks)
  return blocks:walk { Plain = function(plain) return pandoc.Para(plain.content) end }
end

-- Cells become paragraphs of a style, else Word shows them in its body text's size.
function journal.word(tbl, lost)
  tbl = columns.fit(tbl, room.word, true, 3)
  local function restyle(rows, style)
    for _, row in ipairs(rows) do
      for _, cell in ipairs(row.cells) do
        if cell.attr.attributes.style then lost() end
        local group = cell.attr.classes:includes("row-group")
        local indented = cell.attr.classes:includes("indented")
        local name = group and "Table Group" or indented and "Table Indented" or style
        cell.contents = pandoc.Blocks { journal.styled(name, journal.paragraphs(cell.contents)) }
      end
    end
  end
  local rows = tbl.head.rows
  restyle(rows, "Table Head")
  tbl.head.rows = rows
  for place, body in ipairs(tbl.bodies) do
    restyle(body.body, "Table Text")
    tbl.bodies[place] = body
  end
  return tbl
end

return journal
