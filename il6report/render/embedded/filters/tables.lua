-- HTML made by cells, as native tables: great_tables and pandas both write HTML only.
-- Alignment is taken from great_tables' classes, or from the content (numbers to the right);
-- titles become the first lines of the head, notes a division below the table.

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
  if #notes == 0 then return tbl end
  return { tbl, pandoc.Div(notes, pandoc.Attr("", { "table-notes" })) }
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local content = file:read("a")
  file:close()
  return content
end

local own_text = read(pandoc.path.directory(PANDOC_SCRIPT_FILE) .. "/tables.lua")

-- Returns `make(text)`, kept from an earlier rendering where the same text was converted before.
local function kept(text, make)
  local folder = os.getenv("IL6REPORT_KEPT_TABLES")
  if not folder then return make(text) end
  local path = pandoc.path.join { folder, pandoc.utils.sha1(own_text .. text) .. ".json" }
  local ok, doc = pcall(function() return pandoc.read(read(path), "json") end)
  if ok then return doc.blocks end
  local blocks = make(text)
  local partial = path .. os.tmpname():match("[^/\\]+$")
  local file = io.open(partial, "wb")
  if file then
    file:write(pandoc.write(pandoc.Pandoc(blocks), "json"))
    file:close()
    os.rename(partial, path)
  end
  return blocks
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

-- HTML as blocks every format can write.
function tables.convert(text) return kept(text, convert) end

-- The output of a cell on paper: HTML that is no table is converted as far as it can be.
function tables.plain(div)
  local out = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if block.t == "RawBlock" and block.format == "html" then out:extend(tables.convert(block.text))
    else out:insert(block) end
  end
  return out
end

local function converted(div)
  local out = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if block.t == "RawBlock" and block.format == "html" and block.text:match("<table") then
      out:extend(tables.convert(block.text))
    else
      out:insert(block)
    end
  end
  div.content = out
  return div
end

function tables.apply(doc)
  return doc:walk {
    Div = function(div)
      if div.classes:includes("cell-output") then return converted(div) end
    end,
  }
end

return tables
