// Hearing of the shop as it goes on: server-sent events, read from a fetch, since an EventSource does not tell why there is none.

import { call } from "./api.js";

const silence = 6000; // the shop sends each second: a stream that says nothing for so long is dead
const longest = 4000;

/**
 * follow tells hear of each state of the shop, and lost of why there is none. It connects anew by itself, for ever: soon
 * at first, then ever rarer.
 */
export async function follow(path, hear, lost) {
  let last = "";
  for (let wait = 500; ; wait = Math.min(wait * 2, longest)) {
    const began = Date.now();
    try {
      await read(path, last, (id, data) => {
        last = id;
        wait = 500;
        hear(data);
      });
      if (Date.now() - began > silence) continue; // the shop ended a long stream
    } catch (error) {
      lost(error);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function read(path, last, hear) {
  const control = new AbortController();
  let timer;
  const awake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), silence);
  };
  try {
    const answer = await call(path, { headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) }, signal: control.signal });
    awake();
    const stream = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await stream.read(); !part.done; part = await stream.read()) {
      awake();
      const events = (text + part.value).split("\n\n");
      text = events.pop();
      for (const event of events) tell(event, hear);
    }
  } finally {
    clearTimeout(timer);
  }
}

function tell(event, hear) {
  const fields = Object.fromEntries(event.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  if (fields.data) hear(fields.id, JSON.parse(fields.data));
}
