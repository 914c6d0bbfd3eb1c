/** Without 0/O, 1/l/I: it is read out over the telephone. */
const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 14;

/** A password of 14 letters and digits (56^14, 81 bit). `random` fills the bytes, as crypto.getRandomValues does. */
export function newPassword(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  // a byte past the last whole multiple of the alphabet is thrown away, so that no letter is likelier
  const fair = 256 - (256 % LETTERS.length);
  let password = "";
  const bytes = new Uint8Array(64);
  while (password.length < LENGTH) {
    random(bytes);
    for (const byte of bytes) if (byte < fair && password.length < LENGTH) password += LETTERS[byte % LETTERS.length];
  }
  return password;
}
