// Where everything of the pipeline's picture is, for any width.

const wide = 150; // of a column
const gap = 36; // between columns
const pill = 58; // height of an event
const card = 58; // height of a subscriber
const space = 12; // between cards
const rows = 46; // between rows of columns
const inset = 22; // of a card in its column

/** layout places the events of a shape in as many columns as fit, and each subscriber below its event. */
export function layout({ events }, width) {
  const columns = Math.max(1, Math.min(events.length, Math.floor((width + gap) / (wide + gap)) || 1));
  const column = columns === 1 ? width - gap : Math.min(230, (width - gap * columns) / columns);
  const places = { events: {}, cards: {}, edges: [], width, height: 0 };
  let top = 4;
  for (let first = 0; first < events.length; first += columns) {
    const row = events.slice(first, first + columns);
    row.forEach((event, i) => column1(places, event, gap / 2 + i * (column + gap), top, column));
    top += Math.max(...row.map((e) => pill + e.subscribers.length * (card + space))) + rows;
    row.forEach((event) => bring(places, event, top - rows / 2));
  }
  places.height = top - rows + 8;
  return places;
}

function column1(places, event, x, y, width) {
  places.events[event.type] = { x, y, width, height: pill };
  event.subscribers.forEach((subscriber, i) => {
    const at = { x: x + inset, y: y + pill + space + i * (card + space), width: width - inset, height: card };
    places.cards[subscriber.name] = at;
    const middle = at.y + card / 2;
    places.edges.push({ name: subscriber.name, points: [[x + 9, y + pill], [x + 9, middle], [at.x, middle]] });
  });
}

/** bring leads from a subscriber to the event that its work brings: to the next column, or around to the next row. */
function bring(places, event, turn) {
  for (const { name, brings } of event.subscribers) {
    if (!brings) continue;
    const from = places.cards[name];
    const y = from.y + card / 2;
    const right = from.x + from.width;
    places.edges.push({ name: brings, from: name, to: brings, start: [right, y], turn });
  }
}

/** routes turns the edges between events into points, when all events have their places. */
export function routes(places) {
  for (const edge of places.edges) {
    if (!edge.to) continue;
    const to = places.events[edge.to];
    const [x, y] = edge.start;
    const middle = to.y + to.height / 2;
    const half = gap / 2 - 4;
    edge.points = to.x > x
      ? [[x, y], [to.x - half, y], [to.x - half, middle], [to.x, middle]]
      : [[x, y], [x + half, y], [x + half, edge.turn], [to.x - half, edge.turn], [to.x - half, middle], [to.x, middle]];
  }
  return places;
}

/** path writes points as a path with round corners. */
export function path(points, radius = 9) {
  let text = `M${points[0].join(" ")}`;
  for (let i = 1; i < points.length - 1; i++) {
    const before = toward(points[i], points[i - 1], radius);
    const after = toward(points[i], points[i + 1], radius);
    text += `L${before.join(" ")}Q${points[i].join(" ")} ${after.join(" ")}`;
  }
  return `${text}L${points[points.length - 1].join(" ")}`;
}

function toward([x, y], [tx, ty], radius) {
  const far = Math.hypot(tx - x, ty - y);
  const part = far === 0 ? 0 : Math.min(radius, far / 2) / far;
  return [x + (tx - x) * part, y + (ty - y) * part];
}
