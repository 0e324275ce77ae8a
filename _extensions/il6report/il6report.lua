-- The extension's own filter, run by both engines: the label of the data, and an abstract written in
-- the text. An abstract in the front matter cannot quote values computed in cells, for its code runs
-- before them; a division `::: {.abstract}` can, and is moved to the title block. Where Quarto runs it,
-- it also gives tables the look of a journal, and mends what has come out of them.

local stringify = pandoc.utils.stringify

-- Quarto prints a string by its repr, where a no-break space reads \xa0, and doubles the backslash.
local function printed(text)
  local function character(code) return utf8.char(tonumber(code, 16)) end
  return (text:gsub("\\+x(%x%x)", character):gsub("\\+u(%x%x%x%x)", character):gsub("\\+(['’])", "%1"))
end

-- In the cells of a table made from HTML, Quarto leaves the entities to typst as they are.
local entities = { ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#x27;"] = "'", ["&amp;"] = "&" }
local function unescaped(text)
  return (text:gsub("&#?%w+;", entities))
end

local function strings(element, change)
  return element:walk { Str = function(str) return pandoc.Str(change(str.text)) end }
end

-- Tables from HTML in Word and typst: Quarto gives them neither alignment nor widths nor rules.
local function with_journal_tables(doc)
  local is_word, is_typst = FORMAT:match("docx"), FORMAT:match("typst")
  if not (is_word or is_typst) then return doc end
  local journal = require("journal")
  local look = is_word and journal.word or journal.typst
  local function notes(div)
    if not div.classes:includes("table-notes") then return nil end
    if is_word then return journal.styled("Table Notes", div.content) end
    local out = pandoc.Blocks { pandoc.RawBlock("typst", "#il6-notes[") }
    out:extend(div.content)
    out:insert(pandoc.RawBlock("typst", "]"))
    return out
  end
  local function lost() end  -- Quarto tells nothing of colours either
  return doc:walk {
    Table = function(tbl)
      local classes = tbl.attr.classes
      if not (classes:includes("gt_table") or classes:includes("dataframe")) then return nil end
      return journal.made(tbl):walk {
        Table = function(made) return look(made, lost) end, Div = notes,
      }
    end,
  }
end

-- Mends what Quarto's own steps have left in the text before the extension is asked.
local function mended(doc)
  doc = strings(doc, printed)
  if FORMAT:match("typst") then
    doc = doc:walk { Table = function(tbl) return strings(tbl, unescaped) end }
  end
  doc = with_journal_tables(doc)
  for _, author in ipairs(doc.meta["by-author"] or {}) do
    for _, place in ipairs(author.affiliations or {}) do
      place.mark = pandoc.Inlines { pandoc.Superscript(stringify(place.number)) }
    end
  end
  for _, place in ipairs(doc.meta["by-affiliation"] or {}) do
    place.mark = pandoc.Inlines { pandoc.Superscript(stringify(place.number)) }
  end
  return doc
end

function Pandoc(doc)
  if quarto then doc = mended(doc) end
  local meta = doc.meta
  if meta.origin and stringify(meta.origin) == "simulated" and not meta["study-label"] then
    meta["study-label"] = "Simulated data"
  end
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
