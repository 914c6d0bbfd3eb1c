/** A transfer syntax for a SOP class. */
export interface Pair {
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
}

/**
 * A configuration of dcmtk's storescu and storescp (its `asconfig.txt`) for these pairs, also of transfer syntaxes for which the
 * tools have no option. Profile SEND proposes each pair in a context of its own, so that each file goes in the transfer syntax
 * that it is in; profile ACCEPT takes them, and an echo.
 */
export function associationConfig(pairs: readonly Pair[]): string {
  const unique = [...new Map(pairs.map((pair) => [`${pair.sopClassUid} ${pair.transferSyntaxUid}`, pair])).values()];
  const syntaxesOf = Map.groupBy(unique, ({ sopClassUid }) => sopClassUid);
  const classes = [...syntaxesOf.keys()];
  const list = (name: string, values: readonly string[]) => values.map((value, i) => `${name}${i + 1} = ${value}`);
  const contexts = (values: readonly string[]) => list("PresentationContext", values);
  return [
    "[[TransferSyntaxes]]",
    ...unique.flatMap(({ transferSyntaxUid }, i) => [`[PAIR${i}]`, ...list("TransferSyntax", [transferSyntaxUid])]),
    ...classes.flatMap((sopClassUid, i) => [
      `[CLASS${i}]`,
      ...list("TransferSyntax", syntaxesOf.get(sopClassUid)?.map((pair) => pair.transferSyntaxUid) ?? []),
    ]),
    "[ECHO]",
    ...list("TransferSyntax", ["LittleEndianImplicit"]),
    "[[PresentationContexts]]",
    "[EACH]",
    ...contexts(unique.map(({ sopClassUid }, i) => `${sopClassUid}\\PAIR${i}`)),
    "[ALL]",
    ...contexts(["VerificationSOPClass\\ECHO", ...classes.map((sopClassUid, i) => `${sopClassUid}\\CLASS${i}`)]),
    "[[Profiles]]",
    "[SEND]",
    "PresentationContexts = EACH",
    "[ACCEPT]",
    "PresentationContexts = ALL",
    "",
  ].join("\n");
}
