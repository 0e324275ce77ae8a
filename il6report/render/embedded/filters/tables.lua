-- HTML made by cells, as tables of the journal. What a format makes of a table is kept in a file, for
-- most tables stay as they are while a text is written.

local columns = require("columns")
local journal = require("journal")
local kept = require("kept")
local tables = {}

local function unspanned(span)
  if span.classes:includes("gt_footnote_marks") then return pandoc.Superscript(span.content) end
  return span.content
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
  columns.each_cell(journal.body_rows(first), function(cell)
    if cell.attr.attributes.style then is_plain = false end  -- each format tells of colours it loses
  end)
  return is_plain
end

local function convert(text)
  local blocks = pandoc.read(text, "html+native_divs+native_spans").blocks
  blocks = blocks:walk {
    Table = journal.made,
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

local texts = {}  -- of the tables of this document: name of the format .. key -> text

-- HTML as blocks every format can write, or as a mark in whose place each format puts its own text.
local function replaced(path, writers)
  local key = pandoc.path.filename(path)  -- made of its content
  local function name(writer) return os.getenv("IL6REPORT_VERSION") .. "-" .. key .. "." .. writer.name end
  local missing = pandoc.List(writers):filter(function(writer)
    texts[writer.name .. key] = texts[writer.name .. key] or kept.text(name(writer))
    return not texts[writer.name .. key]
  end)
  if #missing > 0 then
    local file = assert(io.open(path, "rb"))
    local blocks = convert(file:read("a"))
    file:close()
    if not is_text_only(blocks) then return blocks end
    for _, writer in ipairs(missing) do
      local doc = pandoc.Pandoc(writer.settled(blocks))
      local made = pandoc.write(doc, writer.raw and writer.format or "json", { wrap_text = "none" })
      local text = made:gsub("%s+$", "")
      texts[writer.name .. key] = text
      kept.write_text(name(writer), text)
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

-- The output of a cell on paper: HTML that is no table is converted as far as it can be.
function tables.plain(div, writer)
  local out = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    local is_html = block.t == "RawBlock" and block.format == "html"
    out:extend(is_html and writer.settled(convert(block.text)) or { block })
  end
  return out
end

-- All tables that cells have made as HTML: the text names the file that holds them.
function tables.apply(doc, writers)
  return doc:walk {
    RawBlock = function(block)
      if block.format == "html-table" then return replaced(block.text, writers) end
    end,
  }
end

return tables
