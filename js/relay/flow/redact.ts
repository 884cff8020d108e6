/**
 * Takes secrets out of text. The address of a flow is one: whoever has it can
 * write to the book. Texts of the client are made without secrets in the first
 * place; this is for what others wrote (a server's reason, the system's error),
 * before it is kept or shown. It also takes out e-mail addresses and telephone
 * numbers, which are nobody's business in a log.
 */

const GONE = '[removed]';

const PATTERNS: [RegExp, string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi, '[address]'],
  [/\b(bearer|basic|sharedaccesssignature)\s+[^\s"',;]+/gi, `$1 ${GONE}`],
  [/\beyJ[\w-]+(\.[\w-]*)*/g, GONE],
  [/\b(sig|signature|code|token|access_token|key|secret|password)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, `$1$2${GONE}`],
  [/[^\s"'<>(),;:@]+@[^\s"'<>(),;:@]+\.[a-z]{2,}/gi, '[e-mail]'],
  [/\+?\d[\d\s().-]{6,}\d/g, '[number]'],
];

export class Redactor {
  readonly #secrets: string[];

  /** Each secret as it is, as it stands in an address, and its parts if it is an address. */
  constructor(secrets: string[] = []) {
    const all = secrets.flatMap((secret) => [secret, ...partsOf(secret)]);
    const spelled = all.flatMap((one) => [one, encodeURIComponent(one), encodeURI(one), decoded(one)]);
    // A short one ("1.0") is no secret, and would tear holes into everything.
    this.#secrets = [...new Set(spelled)].filter((one) => one.length >= 8).sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let out = text;
    for (const secret of this.#secrets) out = out.replaceAll(secret, GONE);
    for (const [pattern, instead] of PATTERNS) out = out.replaceAll(pattern, instead);
    return out;
  }
}

function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  const long = url.pathname.split('/').filter((segment) => segment.length >= 16);
  return [url.href, url.search, url.username, url.password, ...url.searchParams.values(), ...long];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
