-- What is particular to HTML: figures with captions, scrolling tables, folding, callouts, tabs.

local writer = {}
local stringify = pandoc.utils.stringify

local function html(text) return pandoc.RawBlock("html", text) end

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub('"', "&quot;"))
end

local function wrapped(open, blocks, close)
  local out = pandoc.Blocks { html(open) }
  out:extend(blocks)
  out:insert(html(close))
  return out
end

local function id(div)
  return div.identifier ~= "" and ' id="' .. escaped(div.identifier) .. '"' or ""
end

function writer.grid(panels, count)
  local style = "grid-template-columns:repeat(" .. count .. ",1fr)"
  return pandoc.Blocks { pandoc.Div(panels, pandoc.Attr("", { "panels" }, { style = style })) }
end

function writer.float(div, content, caption, is_table)
  local kind = is_table and "table" or "picture"
  local panel = div.attributes["is-panel"] and " float-panel" or ""
  local text = wrapped("<figcaption>", { pandoc.Plain(caption) }, "</figcaption>")
  local out = pandoc.Blocks {}
  if is_table and #caption > 0 then out:extend(text) end
  out:extend(content)
  if not is_table and #caption > 0 then out:extend(text) end
  return wrapped("<figure" .. id(div) .. ' class="float float-' .. kind .. panel .. '">', out, "</figure>")
end

function writer.callout(div, kind, title)
  local class = ' class="callout callout-' .. kind .. '"'
  local collapse = div.attributes.collapse
  if not collapse then
    local out = wrapped('<p class="callout-title">', { pandoc.Plain(title) }, "</p>")
    out:extend(div.content)
    return wrapped("<div" .. id(div) .. class .. ">", out, "</div>")
  end
  local out = wrapped('<summary class="callout-title">', { pandoc.Plain(title) }, "</summary>")
  out:extend(div.content)
  local open = collapse == "true" and "" or " open"
  return wrapped("<details" .. id(div) .. class .. open .. ">", out, "</details>")
end

function writer.equation(span)
  local number = pandoc.Span("(" .. span.attributes.number .. ")", pandoc.Attr("", { "equation-number" }))
  span.content = { pandoc.Span({ span.content[1], number }, pandoc.Attr("", { "math", "display" })) }
  span.attributes.number = nil
  return span
end

function writer.notes() end

function writer.page_break() return html('<div class="page-break"></div>') end

local tabsets = 0

-- Tabs as a group of disclosures of which one is open: it needs no script and prints.
function writer.division(div)
  if not div.classes:includes("panel-tabset") then return nil end
  tabsets = tabsets + 1
  local out, is_open = pandoc.Blocks {}, false
  local level = div.content[1] and div.content[1].t == "Header" and div.content[1].level
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

local meta = {}

function writer.code(block)
  if not block.classes:includes("cell-code") then return nil end
  local fold = block.attributes["code-fold"]
    or meta["code-fold"] ~= nil and stringify(meta["code-fold"])
  local summary = block.attributes["code-summary"]
    or meta["code-summary"] and stringify(meta["code-summary"]) or "Code"
  block.attributes["code-fold"], block.attributes["code-summary"] = nil, nil
  if fold ~= "true" and fold ~= "show" then return block end
  local open = "<details" .. (fold == "show" and " open" or "") .. "><summary>"
  return wrapped(open .. escaped(summary) .. "</summary>", { block }, "</details>")
end

function writer.table(tbl)
  return pandoc.Div({ tbl }, pandoc.Attr("", { "table-box" }, { tabindex = "0" }))
end

function writer.image(image)
  local alt, align = image.attributes["fig-alt"], image.attributes["fig-align"]
  image.attributes["fig-alt"], image.attributes["fig-align"] = nil, nil
  if align then image.classes:insert("align-" .. align) end
  if alt then image.caption = pandoc.Inlines { pandoc.Str(alt) } end
  return image
end

-- A list of works that stands under no heading gets one, as notes do.
function writer.begin(doc)
  meta = doc.meta
  local last, before = doc.blocks[#doc.blocks], doc.blocks[#doc.blocks - 1]
  if last and last.identifier == "refs" and not (before and before.t == "Header") then
    local attr = pandoc.Attr("", { "unnumbered", "unlisted" })
    doc.blocks:insert(#doc.blocks, pandoc.Header(2, "References", attr))
  end
  return doc
end

return writer
