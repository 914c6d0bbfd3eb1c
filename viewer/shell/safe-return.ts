/** Where to go after the sign-in: a place of this site, whatever the address says. */
export function safeReturn(to: string | null): string {
  if (to === null || !/^\/(?![/\\])/.test(to) || to.startsWith("/sign-in")) return "/";
  return to;
}
