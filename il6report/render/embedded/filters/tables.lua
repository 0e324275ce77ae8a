-- HTML made by cells, as native tables: great_tables and pandas both write HTML only.
-- Alignment is taken from great_tables' classes, or from the content (numbers to the right);
-- titles become the first lines of the head, notes a division below the table. What a format makes of
-- a table is kept in a file, for most tables stay as they are while a text is written.

local columns = require("columns")
local tables = {}
local stringify = pandoc.utils.stringify

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

-- Calls `visit(cell, column)` for every cell of some rows, minding cells that span.
local function each_cell(rows, visit)
  local below = {}
  for _, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (below[column] or 0) > 0 do
        below[column] = below[column] - 1
        column = column + 1
      end
      visit(cell, column, row)
      for covered = column, column + cell.col_span - 1 do below[covered] = cell.row_span - 1 end
      column = column + cell.col_span
    end
    while (below[column] or 0) > 0 do
      below[column] = below[column] - 1
      column = column + 1
    end
  end
end

local function body_rows(tbl)
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
  each_cell(body_rows(tbl), function(cell, column)
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
  each_cell(tbl.head.rows, function(cell, column)
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

local function unspanned(span)
  if span.classes:includes("gt_footnote_marks") then return pandoc.Superscript(span.content) end
  return span.content
end

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
    if name == "color" or name == "background-color" then kept[#kept + 1] = name .. ":" .. colour end
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

local function native(tbl)
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
  tbl.attr = pandoc.Attr("", { "from-cell" })
  tbl = columns.keep_short(tbl)
  if #notes == 0 then return tbl end
  return { tbl, pandoc.Div(notes, pandoc.Attr("", { "table-notes" })) }
end

-- Whether a table, with its notes, is text only: then a format can write it once and for all.
local plain = {}
for _, kind in ipairs {
  "Str", "Space", "SoftBreak", "LineBreak", "Emph", "Strong", "Superscript", "Subscript", "Quoted",
  "Plain", "Para", "Table", "Div",
} do plain[kind] = true end

local function is_text_only(blocks)
  local first, second = blocks[1], blocks[2]
  if #blocks > 2 or not first or first.t ~= "Table" or #first.caption.long > 0 then return false end
  if second and not (second.t == "Div" and second.classes:includes("table-notes")) then return false end
  local is_plain = true
  local function look(element) is_plain = is_plain and plain[element.t] == true end
  blocks:walk { Inline = look, Block = look }
  each_cell(body_rows(first), function(cell)
    if cell.attr.attributes.style then is_plain = false end  -- each format tells of colours it loses
  end)
  return is_plain
end

local function convert(text)
  local blocks = pandoc.read(text, "html+native_divs+native_spans").blocks
  blocks = blocks:walk {
    Table = native,
    Span = unspanned,
    RawInline = function() return {} end,
    RawBlock = function() return {} end,
  }
  return blocks:walk {
    traverse = "topdown",
    Div = function(div)
      if not div.classes:includes("table-notes") then return div.content end
    end,
  }
end

-- A finished table is kept in a file: the hash of its text, and its text.
local function kept_path(key, name)
  return pandoc.path.join { os.getenv("IL6REPORT_KEPT_TABLES"), key .. "." .. name }
end

local function kept(key, name)
  local file = io.open(kept_path(key, name), "rb")
  if not file then return nil end
  local hash, text = file:read("l", "a")
  file:close()
  return text and pandoc.utils.sha1(text) == hash and text or nil
end

local function keep(key, name, text)
  local path = kept_path(key, name)
  local partial = path .. pandoc.utils.sha1(pandoc.system.get_working_directory())  -- only ours
  local file = assert(io.open(partial, "wb"))
  file:write(pandoc.utils.sha1(text), "\n", text)
  file:close()
  os.rename(partial, path)
end

local texts = {}  -- of the tables of this document: name of the format .. key -> text

-- HTML as blocks every format can write, or as a mark in whose place each format puts its own text.
local function replaced(text, writers)
  local key = pandoc.utils.sha1(text)
  local missing = pandoc.List(writers):filter(function(writer)
    texts[writer.name .. key] = texts[writer.name .. key] or kept(key, writer.name)
    return not texts[writer.name .. key]
  end)
  if #missing > 0 then
    local blocks = convert(text)
    if not is_text_only(blocks) then return blocks end
    for _, writer in ipairs(missing) do
      local doc = pandoc.Pandoc(writer.settled(blocks))
      local made = pandoc.write(doc, writer.raw and writer.format or "json", { wrap_text = "none" })
      texts[writer.name .. key] = made:gsub("%s+$", "")
      keep(key, writer.name, texts[writer.name .. key])
    end
  end
  return { pandoc.RawBlock("finished-table", key) }
end

-- What a format puts in the place of a mark.
function tables.finished(block, writer)
  if block.format ~= "finished-table" then return nil end
  local text = texts[writer.name .. block.text]
  return writer.raw and pandoc.RawBlock(writer.raw, text) or pandoc.read(text, "json").blocks
end

local function each_html(div, change)
  local out = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    local is_html = block.t == "RawBlock" and block.format == "html"
    out:extend(is_html and change(block) or { block })
  end
  return out
end

-- The output of a cell on paper: HTML that is no table is converted as far as it can be.
function tables.plain(div)
  return each_html(div, function(block) return convert(block.text) end)
end

-- All tables that cells have made as HTML.
function tables.apply(doc, writers)
  return doc:walk {
    Div = function(div)
      if not div.classes:includes("cell-output") then return nil end
      div.content = each_html(div, function(block)
        return block.text:match("<table") and replaced(block.text, writers) or { block }
      end)
      return div
    end,
  }
end

return tables
