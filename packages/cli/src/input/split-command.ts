/** The words for us, and those of the command behind `--`. */
export interface Words {
  readonly own: readonly string[];
  /** `undefined` without `--`. */
  readonly command: readonly string[] | undefined;
}

/**
 * Cuts at the first `--`, before any parser looks: no word behind it can be taken for an option of ours, and no option
 * of the command can change what we do.
 */
export function splitCommand(argv: readonly string[]): Words {
  // Shells ask for completions with `complete -- words`.
  const at = argv[0] === "complete" ? -1 : argv.indexOf("--");
  return at < 0 ? { own: argv, command: undefined } : { own: argv.slice(0, at), command: argv.slice(at + 1) };
}
