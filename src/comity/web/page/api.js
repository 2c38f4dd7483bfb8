// The server: one question under way at a time, the newest waits, older ones are forgotten.

const PAUSE = 1000;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Refused extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

let told = () => {};
export function onConnection(listener) {
  told = listener;
}

async function once(path, body) {
  const request = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, request);
  if (response.status === 503) return { again: 1000 * Number(response.headers.get("Retry-After") || 2), response };
  const content = await response.json();
  if (!response.ok) throw new Refused(content.error.kind, content.error.message);
  return { content };
}

// An answer, however long the connection is lost; `stale` says that nobody waits for it any more.
export async function ask(path, body, stale = () => false) {
  for (let turn = 0; ; turn += 1) {
    let pause = Math.min(PAUSE * 2 ** turn, 8000);
    try {
      const found = await once(path, body);
      if (found.content) {
        told("");
        return found.content;
      }
      const { error } = await found.response.json();
      if (error.kind === "TooSlow") throw new Refused(error.kind, error.message);
      told("The server is busy. Trying again.");
      pause = found.again;
    } catch (error) {
      if (error instanceof Refused) {
        told("");
        throw error;
      }
      told("The connection to the server is lost. What you see is the last answer; trying again.");
    }
    await wait(pause);
    if (stale()) return null;
  }
}

// Calls in turn, of which only the newest that has not begun is kept.
export function newest(answer) {
  let next = null;
  let busy = false;
  return async function run(question) {
    next = { question };
    if (busy) return;
    busy = true;
    while (next) {
      const now = next.question;
      next = null;
      await answer(now, () => next !== null);
    }
    busy = false;
  };
}
