import { renameSync, rmSync, writeFileSync } from "node:fs";

/** A file that shows the newest figures, replaced whole. */
export type LiveFile = {
  /** Something has changed: it is written now, or when a second has passed since it was written last. */
  touch(): void;
  /** Writes it now, for the last time. */
  close(): void;
};

const LEAST_INTERVAL_MS = 1_000;

/** Keeps a file up to date with what `text` returns, at most once a second. */
export function createLiveFile(path: string, text: () => string): LiveFile {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  let isClosed = false;
  const write = () => {
    const beside = `${path}.new`;
    try {
      writeFileSync(beside, text(), { mode: 0o600 });
      renameSync(beside, path);
    } catch {
      // A full disk, or on Windows somebody who reads it: the next second tries again.
      rmSync(beside, { force: true });
      isDue = true;
    }
  };
  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) touch();
    }, LEAST_INTERVAL_MS).unref();
  };
  const touch = () => {
    if (isClosed) return;
    isDue = timer !== undefined;
    if (isDue) return;
    rest();
    write();
  };
  return {
    touch,
    close() {
      clearTimeout(timer);
      write();
      isClosed = true;
    },
  };
}
