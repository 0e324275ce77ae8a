-- HTML as blocks of pandoc: a division per format, named by it, with tables as those of a journal. A
-- division says `lost` where its format cannot show the colours of a table.

local journal = require("journal")
local from_html = { reader = "html+native_divs+native_spans" }

local function unspanned(span)
  if span.classes:includes("gt_footnote_marks") then return pandoc.Superscript(span.content) end
  return span.content
end

local function undivided(div)
  if not div.classes:includes("table-notes") then return div.content end
end

local function nothing() return {} end

local function looking(doc, format, look)
  local attributes = {}
  local function lost() attributes.lost = "true" end
  local blocks = doc.blocks:walk { Table = function(tbl) return look(tbl, lost) end }
  return pandoc.Div(blocks, pandoc.Attr(format, {}, attributes))
end

function from_html.Pandoc(doc)
  doc = doc:walk { Table = journal.made, Span = unspanned, RawInline = nothing, RawBlock = nothing }
  doc = doc:walk { traverse = "topdown", Div = undivided }
  return pandoc.Pandoc {
    looking(doc, "html5", function(tbl) return tbl end), looking(doc, "typst", journal.typst),
    looking(doc, "docx", journal.word),
  }
end

return from_html
