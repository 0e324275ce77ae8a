-- References: pandoc reads `@fig-x` as a citation; those that name a number become links with text.

local tell = require("tell")
local crossref = require("crossref")
local writer = require("write_" .. FORMAT)
local index = crossref.index
local references = {}

local function reference(citation, suppressed)
  local identifier = crossref.plain(citation.id)
  local entry = index[identifier]
  if not entry then
    tell.note("reference", citation.id)
    return pandoc.Strong { pandoc.Str("?@" .. citation.id) }
  end
  local number = entry.number .. (entry.panel and "\u{a0}(" .. entry.panel .. ")" or "")
  local word, space = crossref.floats[entry.kind].prefix, crossref.floats[entry.kind].space
  local content = pandoc.Inlines {}
  if #citation.prefix > 0 then
    content:extend(citation.prefix)
    content:insert(pandoc.Str("\u{a0}" .. number))
  elseif suppressed or citation.mode == "SuppressAuthor" then
    content:insert(pandoc.Str(number))
  else
    if identifier ~= citation.id then word = pandoc.text.upper(word:sub(1, 1)) .. word:sub(2) end
    content:insert(pandoc.Str(word .. space .. number))
  end
  return pandoc.Link(content, "#" .. identifier, "", pandoc.Attr("", { "cross-reference" }))
end

-- `[Figures @a and @b]`: pandoc keeps what follows the first as its suffix, references and all; of
-- `@a [left]` it keeps what stands in brackets.
local function suffix(citation)
  local text = citation.suffix:walk {
    Cite = function(cite)
      if crossref.is_reference(cite.citations[1].id) then
        return reference(cite.citations[1], #citation.prefix > 0)
      end
    end,
  }
  if citation.mode ~= "AuthorInText" or #text == 0 then return text end
  return pandoc.Inlines { pandoc.Space(), pandoc.Str("[") } .. text .. { pandoc.Str("]") }
end

-- Returns the document, and the citations that are works and not references.
function references.apply(doc)
  local cited = pandoc.List()
  local function resolve(cite)
    local out, left = pandoc.Inlines {}, pandoc.List()
    for _, citation in ipairs(cite.citations) do
      if crossref.is_reference(citation.id) then
        if #out > 0 then out:extend { pandoc.Str(","), pandoc.Space() } end
        out:insert(reference(citation))
        out:extend(suffix(citation))
      else
        left:insert(citation)
      end
    end
    cited:extend(left)
    if #left == 0 then return out, false end
    if #out == 0 then return nil, false end
    cite.citations = left
    out:extend { pandoc.Str(","), pandoc.Space(), cite }
    return out, false
  end
  return doc:walk { traverse = "topdown", Cite = resolve, Link = writer.link }, cited
end

return references
