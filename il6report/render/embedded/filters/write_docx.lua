-- What is particular to Word: captions and callouts in styles, pictures as PNG, tables with widths.

local journal = require("journal")
local tell = require("tell")
local writer = {}

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

function writer.float(float)
  local caption, out = pandoc.Blocks {}, pandoc.Blocks {}
  if #float.caption > 0 then
    local style = float.is_table and "Table Caption" or "Image Caption"
    caption = pandoc.Blocks { anchored(style, float.caption, float.identifier) }
  end
  for _, block in ipairs(float.content) do
    local is_picture = (block.t == "Plain" or block.t == "Para") and #block.content == 1
      and block.content[1].t == "Image"
    out:insert(is_picture and journal.styled("Captioned Figure", { pandoc.Para(block.content) }) or block)
  end
  if not float.is_table then return out .. caption end
  if #out > 0 and out[#out].t == "Table" then  -- room below a table without notes
    out:insert(journal.styled("Table Notes", { pandoc.Para {} }))
  end
  return caption .. out
end

function writer.callout(div, _, title)
  return pandoc.Blocks {
    anchored("Callout Title", title, div.identifier), journal.styled("Callout", journal.paragraphs(div.content)),
  }
end

-- A paragraph of its own: tabs set the equation in the middle, its number on the right.
function writer.equation(math, identifier, number)
  math.mathtype = "InlineMath"
  local tab = pandoc.RawInline("openxml", "<w:r><w:tab/></w:r>")
  local anchor = pandoc.Span(number, pandoc.Attr(identifier))
  return journal.styled("Equation", { pandoc.Para { tab, math, tab, anchor } })
end

-- As Quarto has it in Word: 1. Introduction, 1.1 Patients.
function writer.section_number(number)
  return pandoc.Str(number:find(".", 1, true) and number or number .. ".")
end

function writer.notes(div) return journal.styled("Table Notes", div.content) end

function writer.page_break()
  return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
end

function writer.table(tbl)
  return journal.word(tbl, function() tell.note("colour", "Word") end)
end

-- What the template or the file's properties show. Pandoc writes all other metadata into the file as
-- properties of its own, paths of this machine among them.
local shown = {
  "title", "subtitle", "author", "by-author", "by-affiliation", "date", "abstract", "keywords",
  "labels", "lang", "subject", "description", "category", "toc", "toc-title", "toc-depth",
}

function writer.finish(doc)
  local meta, label = {}, doc.meta["study-label"]
  for _, key in ipairs(shown) do meta[key] = doc.meta[key] end
  if label then  -- moved to the header when the file is finished
    doc.blocks:insert(1, journal.styled("Study Label", { pandoc.Para(label) }))
  end
  return pandoc.Pandoc(doc.blocks, meta)
end

return writer
