/** A media type or range with its parameters (RFC 9110 §8.3, §12.5.1); names lower case, values as they stand. */
export interface MediaType {
  /** "type/subtype", lower case. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A range of an Accept header. */
export interface AcceptedRange extends MediaType {
  /** Types within it that the same header refuses with q=0. */
  readonly except?: readonly string[];
}

const MAX_RANGES = 32;

/** Reads one media type; undefined when it is none. */
export function parseMediaType(text: string): MediaType | undefined {
  const [type = "", ...parameters] = splitUnquoted(text, ";");
  const name = type.trim().toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return undefined;
  const entries = parameters.flatMap((parameter): [string, string][] => {
    const at = parameter.indexOf("=");
    return at < 0 ? [] : [[parameter.slice(0, at).trim().toLowerCase(), unquoted(parameter.slice(at + 1).trim())]];
  });
  return { type: name, parameters: Object.fromEntries(entries) };
}

/** The ranges of an Accept header, most wanted first, those with q=0 left out. No header is `*` `/` `*`. */
export function parseAccept(header: string | undefined): readonly AcceptedRange[] {
  if (header === undefined || header.trim() === "") return [{ type: "*/*", parameters: {} }];
  const ranges = splitUnquoted(header, ",")
    .slice(0, MAX_RANGES)
    .flatMap((text) => parseMediaType(text) ?? [])
    .map((range) => ({ range, quality: Number(range.parameters.q ?? 1) }));
  const except = ranges
    .filter(({ quality }) => quality === 0)
    .map(({ range }) => range.parameters.type?.toLowerCase() ?? range.type);
  return ranges
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ range }) => (except.length > 0 ? { ...range, except } : range));
}

function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && quoted) at += 1;
    else if (text[at] === '"') quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function unquoted(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1
    ? value.slice(1, -1).replace(/\\(.)/g, "$1")
    : value;
}
