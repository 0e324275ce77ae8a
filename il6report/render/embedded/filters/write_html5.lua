-- What is particular to HTML: figures with captions, scrolling tables, folding, callouts, tabs.

local writer = {}

local html, wrapped = require("raw")("html")

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub('"', "&quot;"))
end

local function id(identifier)
  return identifier ~= "" and ' id="' .. escaped(identifier) .. '"' or ""
end

function writer.grid(panels, count)
  local style = "grid-template-columns:repeat(" .. count .. ",1fr)"
  return pandoc.Blocks { pandoc.Div(panels, pandoc.Attr("", { "panels" }, { style = style })) }
end

function writer.float(float)
  local class = "float float-" .. (float.is_table and "table" or "picture") .. (float.is_panel and " float-panel" or "")
  local out = float.content
  if #float.caption > 0 then
    local caption = wrapped("<figcaption>", { pandoc.Plain(float.caption) }, "</figcaption>")
    out = float.is_table and caption .. out or out .. caption
  end
  return wrapped("<figure" .. id(float.identifier) .. ' class="' .. class .. '">', out, "</figure>")
end

function writer.callout(div, kind, title)
  local class = ' class="callout callout-' .. kind .. '"'
  local collapse = div.attributes.collapse
  if not collapse then
    local out = wrapped('<p class="callout-title">', { pandoc.Plain(title) }, "</p>")
    out:extend(div.content)
    return wrapped("<div" .. id(div.identifier) .. class .. ">", out, "</div>")
  end
  local out = wrapped('<summary class="callout-title">', { pandoc.Plain(title) }, "</summary>")
  out:extend(div.content)
  local open = collapse == "true" and "" or " open"
  return wrapped("<details" .. id(div.identifier) .. class .. open .. ">", out, "</details>")
end

function writer.equation(math, identifier, number)
  local label = pandoc.Span(number, pandoc.Attr("", { "equation-number" }))
  local line = pandoc.Span({ math, label }, pandoc.Attr("", { "math", "display" }))
  return pandoc.Span({ line }, pandoc.Attr(identifier, { "equation" }))
end

function writer.notes(div) return div end

function writer.page_break() return html('<div class="page-break"></div>') end

local tabsets = 0

-- Tabs as a group of disclosures of which one is open: it needs no script and prints.
function writer.tabset(div, level)
  tabsets = tabsets + 1
  local out, is_open = pandoc.Blocks {}, false
  for _, block in ipairs(div.content) do
    if block.t == "Header" and block.level == level then
      if is_open then out:insert(html("</details>")) end
      out:insert(html('<details class="tab" name="tabs-' .. tabsets .. '"' .. (is_open and "" or " open") .. "><summary>"))
      out:extend { html("<h" .. level .. ">"), pandoc.Plain(block.content), html("</h" .. level .. "></summary>") }
      is_open = true
    else
      out:insert(block)
    end
  end
  if is_open then out:insert(html("</details>")) end
  return wrapped('<div class="tabset">', out, "</div>")
end

function writer.code(block)
  local fold, summary = block.attributes["code-fold"], block.attributes["code-summary"] or "Code"
  block.attributes["code-fold"], block.attributes["code-summary"] = nil, nil
  if fold ~= "true" and fold ~= "show" then return block end
  local open = "<details" .. (fold == "show" and " open" or "") .. "><summary>"
  return wrapped(open .. escaped(summary) .. "</summary>", { block }, "</details>"), false
end

function writer.table(tbl)
  return pandoc.Div({ tbl }, pandoc.Attr("", { "table-box", tbl.classes[1] }, { tabindex = "0" }))
end

function writer.image(image)
  local alt, align = image.attributes["fig-alt"], image.attributes["fig-align"]
  image.attributes["fig-alt"], image.attributes["fig-align"] = nil, nil
  if align then image.classes:insert("align-" .. align) end
  if alt then image.caption = pandoc.Inlines { pandoc.Str(alt) } end
  return image
end

-- A list of works that stands under no heading gets one, as notes do.
function writer.finish(doc)
  local last, before = doc.blocks[#doc.blocks], doc.blocks[#doc.blocks - 1]
  if last and last.identifier == "refs" and not (before and before.t == "Header") then
    local attr = pandoc.Attr("", { "unnumbered", "unlisted" })
    doc.blocks:insert(#doc.blocks, pandoc.Header(2, "References", attr))
  end
  return doc
end

return writer
