// Looking again and again, politely.

const shortest = 2000;
const longest = 30_000;

/**
 * poll calls look until it answers "over": soon after "news", then ever rarer, and only while someone sees the page.
 * It never looks twice at the same time.
 */
export function poll(look) {
  let wait = shortest;
  let timer;
  let looking = false;
  let over = false;

  async function run() {
    clearTimeout(timer);
    if (looking || over || document.hidden) return;
    looking = true;
    const found = await look();
    looking = false;
    over = found === "over";
    wait = found === "news" ? shortest : Math.min(wait * 1.5, longest);
    if (!over) timer = setTimeout(run, wait);
  }

  document.addEventListener("visibilitychange", () => {
    wait = shortest;
    run();
  });
  timer = setTimeout(run, wait);
}
