import type { CommandTable, KeySpec } from "../commands/table.ts";

/**
 * Commands that work on keys they do not name: whatever they touch cannot be in KEYS. SORT's BY and GET patterns
 * name keys too, which its key specification does not say.
 */
const WHOLE_DATABASE = ["flushall", "flushdb", "keys", "randomkey", "scan", "swapdb"];

/** One specification in seven numbers or words, comma separated; see `keys_of` below for the reader. */
const encodeSpec = (spec: KeySpec): string => {
  const begin =
    "index" in spec.begin ? `i,${spec.begin.index},` : `k,${spec.begin.startFrom},${spec.begin.keyword}`;
  const find =
    "countAt" in spec.find
      ? `n,${spec.find.countAt},${spec.find.first},${spec.find.step}`
      : `r,${spec.find.last},${spec.find.step},${spec.find.limit}`;
  return `${begin},${find}`;
};

/** The encoded specifications of every command that has keys, by name. */
const specsOf = (table: CommandTable): ReadonlyMap<string, string> => {
  const specs = new Map(WHOLE_DATABASE.map((name) => [name, "*"]));
  for (const { name, keys, flags } of table.values()) {
    // What a script may not call needs no entry: the engine refuses it anyway.
    if (keys.length === 0 || flags.has("noscript")) continue;
    const store = name === "sort" ? ";k,1,STORE,r,0,1,0" : "";
    specs.set(name, keys.map(encodeSpec).join(";") + store);
  }
  return specs;
};

/** What most commands have: one key, their first argument. */
const FIRST_ARGUMENT = "i,1,,r,0,1,0";

/**
 * The commands whose names the script spells out, as the fields of a Lua table: a specification, 1 for
 * `FIRST_ARGUMENT`, false for no keys. Looking there first saves the search in the whole list, which would take longer
 * than most scripts. A name that is put together at run time is still found in the list.
 */
const namedIn = (source: string, table: CommandTable, specs: ReadonlyMap<string, string>): string => {
  const fields: string[] = [];
  for (const name of new Set(source.toLowerCase().match(/[a-z][a-z0-9_.-]*/g))) {
    const spec = specs.get(name);
    // What a subcommand works on is in the list only.
    if (table.get(name)?.container) continue;
    if (spec !== undefined) fields.push(`['${name}']=${spec === FIRST_ARGUMENT ? "1" : `'${spec}'`}`);
    else if (table.has(name)) fields.push(`['${name}']=false`);
  }
  return fields.join(",");
};

/** Makes the prologue of a script from its source. */
export type KeyCheck = (source: string) => string;

/**
 * Lua that goes before the body of a script with `allow-key-locking`, in the same line, so that the numbers of all
 * lines stay. It hides `redis` (and every other way to it) behind a copy whose `call` and `pcall` look at the keys
 * first. The engine finds keys by its own key specifications; nothing here calls the engine, so that the script
 * is billed as it would be without it.
 *
 * @param server whether the engine also calls the API `server` (Valkey does).
 */
export const keyCheck = (table: CommandTable, server: boolean): KeyCheck => {
  const specs = specsOf(table);
  const list = `\\n${[...specs].map(([name, spec]) => `${name} ${spec}`).join("\\n")}\\n`;
  return (source) =>
    prologue(list, namedIn(source, table, specs), server)
      .replace(/\s*\n\s*/g, " ")
      .trim();
};

const prologue = (list: string, named: string, server: boolean): string => `
local redis, ${server ? "server, " : ""}_G, loadstring, load = (function()
  local engine, globals, specs = redis, _G, '${list}'
  local named = {${named}}
  local declared = {}
  for i = 1, #KEYS do declared[KEYS[i]] = true end
  local function text(v) if type(v) == 'number' then return string.format('%.17g', v) end return tostring(v) end
  local function refuse(key)
    return {err = "ERR Dynamic keys are not allowed in Lua scripts when 'allow-key-locking' flag is set. Key was: " .. key}
  end
  local function undeclared(args, n)
    if n == 0 then return nil end
    local name = string.lower(text(args[1]))
    local spec = named[name]
    if spec == 1 then
      local key = text(args[2])
      if n > 1 and not declared[key] then return refuse(key) end
      return nil
    end
    if spec == nil then spec = n > 1 and string.match(specs, '\\n' .. string.gsub(name .. '|' .. string.lower(text(args[2])), '%W', '%%%0') .. ' ([^\\n]+)')
      or string.match(specs, '\\n' .. string.gsub(name, '%W', '%%%0') .. ' ([^\\n]+)') end
    if not spec then return nil end
    if spec == '*' then return {err = "ERR This Redis command is not allowed from script with 'allow-key-locking' flag"} end
    for kind, at, keyword, find, a, b, c in string.gmatch(spec, '(%a),(-?%d+),(%a*),(%a),(-?%d+),(-?%d+),(-?%d+)') do
      at, a, b, c = tonumber(at), tonumber(a), tonumber(b), tonumber(c)
      local first
      if kind == 'i' then first = at + 1
      else
        local from, to, by = at + 1, n, 1
        if at < 0 then from, to, by = n + at + 1, 1, -1 end
        for i = from, to, by do
          if string.upper(text(args[i])) == keyword then first = i + 1 break end
        end
      end
      if first then
        local last, step
        if find == 'n' then
          local count = tonumber(args[first + a]) or 0
          step, first = c, first + b
          last = first + (count - 1) * step
        else
          step = b
          if a >= 0 then last = first + a
          elseif c <= 1 then last = n + a + 1
          else last = first + math.floor((n - first + 1) / c) + a end
        end
        for i = first, math.min(last, n), step do
          local key = text(args[i])
          if not declared[key] then return refuse(key) end
        end
      end
    end
    if name == 'sort' or name == 'sort_ro' then
      for i = 3, n - 1 do
        local option, pattern = string.upper(text(args[i])), text(args[i + 1])
        if (option == 'BY' or option == 'GET') and string.find(pattern, '*', 1, true) then return refuse(pattern) end
      end
    end
    return nil
  end
  local function sealed(own, under)
    return setmetatable({}, {
      __index = function(_, name)
        local value = own[name]
        if value ~= nil then return value end
        return under[name]
      end,
      __newindex = function() error('Attempt to modify a readonly table', 2) end,
      __metatable = false,
    })
  end
  local function no_code() return error({err = "ERR code built at run time is not allowed in Lua scripts when 'allow-key-locking' flag is set"}, 0) end
  local checked = sealed({
    call = function(...)
      local wrong = undeclared({...}, select('#', ...))
      if wrong then return error(wrong, 0) end
      return engine.call(...)
    end,
    pcall = function(...)
      return undeclared({...}, select('#', ...)) or engine.pcall(...)
    end,
  }, engine)
  local own = {redis = checked, ${server ? "server = checked, " : ""}loadstring = no_code, load = no_code}
  own._G = sealed(own, globals)
  return checked, ${server ? "checked, " : ""}own._G, no_code, no_code
end)()`;
