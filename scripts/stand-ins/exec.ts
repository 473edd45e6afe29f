// Takes the place of @actions/exec in dist/: only core.platform.getDetails would use it.

/** Throws: this program starts no process through @actions/exec. */
export async function getExecOutput(): Promise<never> {
  throw new Error("@actions/exec is not part of this program.");
}
