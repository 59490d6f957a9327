// What operators report of deliveries: support in the delivery company's place, and who plays the simulated delivery company.

import { act } from "./api.js";
import { make } from "./dom.js";
import { sure } from "./sure.js";
import { slot } from "./words.js";

const kept = "It is written down, with your name.";
const most = 200;
const optional = (name, label) => ({ name, label, required: false, most });
const number = optional("trackingNumber", "The delivery company's number, if there is one");
const proof = [optional("receivedBy", "Who took it? The customer is told; may be left empty"), optional("leftAt", "Where was it left? May be left empty")];
const why = { name: "reason", label: "Why? The customer reads it", most };

const reports = {
  OUT_FOR_DELIVERY: { name: "Out for delivery", title: "is out for delivery", text: "The customer is told that the van is on its way.", fields: [number] },
  DELIVERED: { name: "Delivered", title: "is delivered", text: "The customer is told. The order ends with it: this cannot be undone.", fields: [...proof, { ...optional("photo", "Reference of a photo; may be left empty"), most: 500 }] },
  DELIVERY_FAILED: { name: "Could not be delivered", title: "could not be delivered", text: "The customer is told, and may book another time.", fields: [why] },
};

/** isReported tells whether an order comes into a status by a report. */
export const isReported = (status) => status in reports;

/** nameOf names a report. */
export const nameOf = (status) => `Report: ${reports[status].name.toLowerCase()}`;

/** report says what became of a delivery. */
export const report = ({ orderId, deliveryTime, timeZone }, status) => sure({
  title: `Order ${orderId} ${reports[status].title}?`, text: ["Say what the delivery company told you.", ...early(deliveryTime, timeZone), reports[status].text, kept], fields: reports[status].fields, yes: reports[status].name,
}, (given) => act("/reportDelivery", { orderId, status, ...told(given) }));

/** early warns that a delivery is booked for later. */
const early = (time, timeZone) => (Date.parse(time) > Date.now() ? [`Its delivery is booked for ${slot(Date.parse(time), undefined, timeZone)} in ${timeZone}, which is still to come.`] : []);

/** told are the fields that were filled in. */
const told = (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value));

const steps = {
  start: { name: "Out for delivery", fields: [] }, deliver: { name: "Deliver", fields: proof },
  fail: { name: "Cannot deliver", fields: [why] },
};
const states = { booked: "booked", "out-for-delivery": "out for delivery", failed: "could not be delivered" };

/** delivery shows a consignment of the simulated delivery company, with what can be reported about it. */
export function delivery(partner, one, done) {
  return make("li", { "data-order": one.orderId }, make("p", {}, `Order ${one.orderId} · ${states[one.status] ?? one.status} · ${one.name}, ${one.city}`),
    make("p", { class: "acts" }, ...one.actions.map((action) => make("button", {
      class: "button quiet", type: "button", "aria-label": `${steps[action].name}: order ${one.orderId}`, onclick: () => done(simulate(partner, one, action)),
    }, steps[action].name))));
}

const simulate = (partner, { key, orderId }, action) => sure({
  title: `${steps[action].name}: order ${orderId}?`, text: ["The simulated delivery company tells the shop. It is a simulation: no van moves.", kept], fields: steps[action].fields, yes: steps[action].name,
}, (given) => act(`/partners/${encodeURIComponent(partner)}/deliveries`, { key, action, ...told(given) }));
