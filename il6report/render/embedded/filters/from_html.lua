-- HTML as blocks of pandoc, with tables as those of a journal.

local journal = require("journal")

local function unspanned(span)
  if span.classes:includes("gt_footnote_marks") then return pandoc.Superscript(span.content) end
  return span.content
end

local function undivided(div)
  if not div.classes:includes("table-notes") then return div.content end
end

local function nothing() return {} end

return {
  Pandoc = function(doc)
    doc = doc:walk { Table = journal.made, Span = unspanned, RawInline = nothing, RawBlock = nothing }
    return doc:walk { traverse = "topdown", Div = undivided }
  end,
}
