// Rules 1 and 7 of docs/contributing.md, for the check of prose and the test of descriptions.
const OPENINGS =
  /(?<=^|[.!?:] )(?:What(?:ever)?|Who(?:ever|se)?|By what|Of which|So many|That which) [^.!?]*(?![^.!?]*\?)[.!]?/

const PHRASES: readonly RegExp[] = [
  /\b(?:is|are|was|were|be|been) told\b|\btells? of\b|\b(?:hears?|heard) of\b/i,
  /\b(?:go(?:es)?|went|gone|going) on (?:from|after|with)\b|\bdid cost\b|(?<!\bthere )\b(?:is|are|was|were) none\b|\bany more\b/i,
  /\bjust so\b|\bof late\b|\bstand(?:s|ing)? (?:for|against|beside)\b|\blets? (?:\w+ )?go\b/i,
  /\bbeside\b|\balone\b|\bnobody[’']s\b|\bwaits? in\b|\bfor good\b|\bof theirs\b|\boneself\b|\bone[’']s\b/i,
  /(?<!\b[Cc]onnection(?:s|s are| is| to \S+)? )\b[Rr]efus(?:e|es|ed|ing|als?)\b(?! connections?\b|\()/,
  /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|such\b|less\b|\w*er\b|more\b)\w/i,
  /(?<=^|[.!?:] )The most (?!expensive\b|frequent\b|recent\b|denied\b)\w|\bdivided by (?:spaces|commas)\b|\bfor ever\b/,
]

/** The first banned words of a text; null if there are none. A heading may have any opening: "Who it is for". */
export function bannedIn(text: string, isHeading = false): string | null {
  const prose = text
    .replaceAll(/\$\{[^}]*\}/g, '…')
    .replaceAll(/`[^`]*`/g, '``')
    .replaceAll(/\s+/g, ' ')
    .trim()
  for (const pattern of isHeading ? PHRASES : [OPENINGS, ...PHRASES]) {
    const found = pattern.exec(prose)
    if (found) return found[0].slice(0, 60)
  }
  return null
}
