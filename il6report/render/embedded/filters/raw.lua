-- Raw text of a format: alone, and around blocks.

return function(format)
  local function raw(text) return pandoc.RawBlock(format, text) end
  local function wrapped(open, blocks, close)
    local out = pandoc.Blocks { raw(open) }
    out:extend(blocks)
    out:insert(raw(close))
    return out
  end
  return raw, wrapped
end
