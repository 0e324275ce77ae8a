-- What is particular to Word: captions and callouts in styles, pictures as PNG, tables with widths.

local journal = require("journal")
local tell = require("tell")
local writer = { is_paper = true }

local label

-- Pictures get a name made of their content, for the file must not tell where they lay. Of those made
-- of lines the engine has drawn a PNG.
function writer.image(image)
  local ok, kind, content = pcall(pandoc.mediabag.fetch, image.src)
  if ok and content then
    local name, suffix = pandoc.utils.sha1(content), image.src:match("%.(%w+)$") or "png"
    local drawn = io.open(pandoc.path.join { os.getenv("IL6REPORT_KEPT"), name .. ".png" }, "rb")
    if drawn then
      kind, content, suffix = "image/png", drawn:read("a"), "png"
      drawn:close()
    end
    image.src = name .. "." .. suffix
    pandoc.mediabag.insert(image.src, kind, content)
  else
    tell.note("picture", image.src)
  end
  local inches = tonumber((image.attributes.width or ""):match("^([%d.]+)in$"))
  if inches and inches > 6.2 then image.attributes.width = "100%" end
  local alt = image.attributes["fig-alt"]
  if alt then image.caption = pandoc.Inlines { pandoc.Str(alt) } end
  image.attributes["fig-alt"], image.attributes["fig-align"] = nil, nil
  return image
end

-- Panels side by side: a table without rules.
function writer.grid(panels, count)
  local widest = 6.2 / count - 0.1
  panels = panels:walk {
    Image = function(image)
      local inches = tonumber((image.attributes.width or ""):match("^([%d.]+)in$")) or widest
      image.attributes.width = math.min(inches, widest) .. "in"
      return image
    end,
  }
  local rows, row = {}, {}
  for place, block in ipairs(panels) do
    row[#row + 1] = { block }
    if #row == count or place == #panels then
      while #row < count do row[#row + 1] = {} end
      rows[#rows + 1], row = row, {}
    end
  end
  local aligns, widths = {}, {}
  for column = 1, count do aligns[column], widths[column] = "AlignCenter", 1 / count end
  local simple = pandoc.SimpleTable({}, aligns, widths, {}, rows)
  local tbl = pandoc.utils.from_simple_table(simple)
  tbl.attr.attributes["custom-style"] = "Panels"
  return pandoc.Blocks { tbl }
end

local function anchored(style, inlines, identifier)
  return journal.styled(style, { pandoc.Para { pandoc.Span(inlines, pandoc.Attr(identifier)) } })
end

function writer.float(div, content, caption, is_table)
  local text = anchored(is_table and "Table Caption" or "Image Caption", caption, div.identifier)
  local out = pandoc.Blocks {}
  if is_table and #caption > 0 then out:insert(text) end
  for _, block in ipairs(content) do
    local is_picture = (block.t == "Plain" or block.t == "Para") and #block.content == 1
      and block.content[1].t == "Image"
    out:insert(is_picture and journal.styled("Captioned Figure", { pandoc.Para(block.content) }) or block)
  end
  if not is_table and #caption > 0 then out:insert(text) end
  if is_table and content[#content].t == "Table" then  -- room below a table without notes
    out:insert(journal.styled("Table Notes", { pandoc.Para {} }))
  end
  return out
end

function writer.callout(div, _, title)
  return pandoc.Blocks {
    anchored("Callout Title", title, div.identifier), journal.styled("Callout", journal.paragraphs(div.content)),
  }
end

local function equation(span)
  local math = span.content[1]
  math.mathtype = "InlineMath"
  local tab = pandoc.RawInline("openxml", "<w:r><w:tab/></w:r>")
  local anchor = pandoc.Span("(" .. span.attributes.number .. ")", pandoc.Attr(span.identifier))
  return journal.styled("Equation", { pandoc.Para { tab, math, tab, anchor } })
end

-- A numbered equation is a paragraph of its own: tabs set it in the middle, its number on the right.
function writer.division(div)
  if not div.classes:includes("equations") then return nil end
  local out, rest = pandoc.Blocks {}, pandoc.Inlines {}
  local function flush()
    while #rest > 0 and (rest[1].t == "SoftBreak" or rest[1].t == "Space") do rest:remove(1) end
    if #rest > 0 then out:insert(pandoc.Para(rest)) end
    rest = pandoc.Inlines {}
  end
  for _, inline in ipairs(div.content[1].content) do
    if inline.t == "Span" and inline.classes:includes("equation") then
      flush()
      out:insert(equation(inline))
    else
      rest:insert(inline)
    end
  end
  flush()
  return out
end

-- As Quarto has it in Word: 1. Introduction, 1.1 Patients.
function writer.span(element)
  if not element.classes:includes("header-section-number") then return nil end
  local number = pandoc.utils.stringify(element)
  return pandoc.Str(number:find(".", 1, true) and number or number .. ".")
end

function writer.notes(div) return journal.styled("Table Notes", div.content) end

function writer.page_break()
  return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
end

function writer.table(tbl)
  if not tbl.classes:includes("from-cell") then return journal.word(tbl) end
end

-- What the template or the file's properties show. Pandoc writes all other metadata into the file as
-- properties of its own, paths of this machine among them.
local shown = {
  "title", "subtitle", "author", "by-author", "by-affiliation", "date", "abstract", "keywords",
  "labels", "lang", "subject", "description", "category", "toc", "toc-title", "toc-depth",
}

function writer.begin(doc)
  local kept = {}
  for _, key in ipairs(shown) do kept[key] = doc.meta[key] end
  label = doc.meta["study-label"]
  return pandoc.Pandoc(doc.blocks, kept)
end

function writer.finish(doc)
  if label then  -- moved to the header when the file is finished
    doc.blocks:insert(1, journal.styled("Study Label", { pandoc.Para(label) }))
  end
  return doc
end

return writer
