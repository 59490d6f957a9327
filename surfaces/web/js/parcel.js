// What the delivery company has said about an order.

import { make, one } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

/** renderParcel tells the parcel's number, who took it and where it was left, or why it could not be delivered. */
export function renderParcel({ parcel = {}, status }) {
  const lines = [
    parcel.number && text("parcel.number", { number: parcel.number }),
    parcel.receivedBy && text("parcel.received", { name: parcel.receivedBy }),
    parcel.leftAt && text("parcel.left", { place: parcel.leftAt }),
    status === "DELIVERY_FAILED" && parcel.reason && text("parcel.reason", { reason: parcel.reason }),
  ].filter(Boolean);
  one("#parcel").hidden = lines.length === 0;
  one("#parcel").replaceChildren(...lines.map((line) => make("p", {}, line)));
}
