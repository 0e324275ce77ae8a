-- The extension's own filter, run by both engines: the label of the data, and an abstract written in
-- the text. An abstract in the front matter cannot quote values computed in cells, for its code runs
-- before them; a division `::: {.abstract}` can, and is moved to the title block.

local stringify = pandoc.utils.stringify

function Pandoc(doc)
  local meta = doc.meta
  if meta.origin and stringify(meta.origin) == "simulated" and not meta["study-label"] then
    meta["study-label"] = "Simulated data"
  end
  if meta.title then meta["plain-title"] = stringify(meta.title):gsub('["\\]', "") end
  doc.blocks = doc.blocks:walk {
    Div = function(div)
      if div.classes:includes("abstract") and not meta.abstract then
        meta.abstract = pandoc.MetaBlocks(div.content)
        return {}
      end
    end,
  }
  if FORMAT:match("docx") and meta["study-label"] and quarto then
    local style = pandoc.Attr("", {}, { ["custom-style"] = "Study Label" })
    doc.blocks:insert(1, pandoc.Div({ pandoc.Para(meta["study-label"]) }, style))
  end
  return doc
end
