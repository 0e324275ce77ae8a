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

local function grid(div)
  local columns = tonumber(div.attributes["layout-ncol"])
  local rows = tonumber(div.attributes["layout-nrow"])
  local caption = div.content[#div.content]
  local captioned = caption and caption.classes and caption.classes:includes("float-caption")
  local panels = pandoc.Blocks {}
  for place, block in ipairs(div.content) do
    if not (captioned and place == #div.content) then panels:insert(block) end
  end
  columns = columns or math.ceil(#panels / (rows or #panels))
  local style = "grid-template-columns:repeat(" .. columns .. ",1fr)"
  local out = pandoc.Blocks { pandoc.Div(panels, pandoc.Attr("", { "panels" }, { style = style })) }
  if captioned then out:insert(caption) end
  return out
end

local function float(div)
  local content = div.content
  if div.attributes["layout-ncol"] or div.attributes["layout-nrow"] then content = grid(div) end
  local caption = content:remove(#content).content[1].content
  local on_top = div.attributes["is-table"] == "true"
  local kind = on_top and "table" or "picture"
  local id = div.identifier ~= "" and ' id="' .. escaped(div.identifier) .. '"' or ""
  local panel = div.attributes["is-panel"] and " float-panel" or ""
  local text = pandoc.Blocks { html("<figcaption>"), pandoc.Plain(caption), html("</figcaption>") }
  local out = pandoc.Blocks { html("<figure" .. id .. ' class="float float-' .. kind .. panel .. '">') }
  if on_top and #caption > 0 then out:extend(text) end
  out:extend(content)
  if not on_top and #caption > 0 then out:extend(text) end
  out:insert(html("</figure>"))
  return div.attributes["is-panel"] and pandoc.Div(out) or out
end

local function callout(div, kind)
  local title = div.content:remove(1).content[1].content
  local folded = div.attributes.collapse == "true"
  local id = div.identifier ~= "" and ' id="' .. escaped(div.identifier) .. '"' or ""
  local class = ' class="callout callout-' .. kind .. '"'
  local out = pandoc.Blocks {}
  if div.attributes.collapse then
    out:insert(html("<details" .. id .. class .. (folded and "" or " open") .. '><summary class="callout-title">'))
    out:extend { pandoc.Plain(title), html("</summary>") }
    out:extend(div.content)
    out:insert(html("</details>"))
    return out
  end
  out:extend { html("<div" .. id .. class .. '><p class="callout-title">'), pandoc.Plain(title), html("</p>") }
  out:extend(div.content)
  out:insert(html("</div>"))
  return out
end

local tabsets = 0

-- Tabs as a group of disclosures of which one is open: it needs no script and prints.
local function tabset(div)
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

local function code_block(meta)
  return function(block)
    if not block.classes:includes("cell-code") then return nil end
    local fold = block.attributes["code-fold"]
    if fold == nil and meta["code-fold"] ~= nil then fold = tostring(stringify(meta["code-fold"])) end
    if meta["code-fold"] == true and block.attributes["code-fold"] == nil then fold = "true" end
    local summary = block.attributes["code-summary"]
      or meta["code-summary"] and stringify(meta["code-summary"]) or "Code"
    block.attributes["code-fold"], block.attributes["code-summary"] = nil, nil
    if fold ~= "true" and fold ~= "show" then return block end
    local open = "<details" .. (fold == "show" and " open" or "") .. "><summary>"
    return wrapped(open .. escaped(summary) .. "</summary>", pandoc.Blocks { block }, "</details>")
  end
end

local function div(element)
  for _, class in ipairs(element.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind then return callout(element, kind) end
  end
  local classes = element.classes
  if classes:includes("float") then return float(element) end
  if classes:includes("panel-tabset") then return tabset(element) end
  if classes:includes("pagebreak") then return html('<div class="page-break"></div>') end
  if classes:includes("equation") then
    local number = element.attributes.number
    element.attributes.number = nil
    local span = pandoc.Span("(" .. number .. ")", pandoc.Attr("", { "equation-number" }))
    element.content[1].content:insert(span)
    return element
  end
  if element.attributes["layout-ncol"] or element.attributes["layout-nrow"] then return grid(element) end
end

local function table_box(tbl)
  return wrapped('<div class="table-box" tabindex="0">', pandoc.Blocks { tbl }, "</div>")
end

local function image(element)
  local alt = element.attributes["fig-alt"]
  element.attributes["fig-alt"] = nil
  local align = element.attributes["fig-align"]
  element.attributes["fig-align"] = nil
  if align then element.classes:insert("align-" .. align) end
  if alt then element.caption = pandoc.Inlines { pandoc.Str(alt) } end
  return element
end

function writer.apply(doc)
  doc = doc:walk { Div = div, CodeBlock = code_block(doc.meta) }
  return doc:walk { Table = table_box, Image = image }
end

return writer
