"use strict";

const ENDPOINT = "{{ENDPOINT}}";

const PRODUCTS = [
  { sku: "LB001", name: "Lush bracken", usd: 150 },
  { sku: "LB002", name: "Lush big leaf", usd: 180 },
  { sku: "EX001", name: "Exclusive decorative", usd: 300 },
  { sku: "EX002", name: "Exclusive bonsai", usd: 500 },
  { sku: "BB001", name: "Basic bonsai", usd: 150 },
  { sku: "BB002", name: "Basic big leaf", usd: 125 },
];

const cart = () => JSON.parse(localStorage.getItem("cart") || "[]");

function addToCart(sku) {
  localStorage.setItem("cart", JSON.stringify([...cart(), sku]));
}

// The sum in US cents, whatever the market is.
function totalPrice() {
  return cart().reduce((sum, sku) => sum + 100 * PRODUCTS.find((p) => p.sku === sku).usd, 0);
}

async function createOrder(form) {
  const fields = Object.fromEntries(new FormData(form));
  if (fields.orgNumber) fields.orgNumber = Number(fields.orgNumber);
  else delete fields.orgNumber;
  const response = await fetch(`${ENDPOINT}/createOrder`, {
    method: "POST",
    body: JSON.stringify({ ...fields, products: cart().toString(), totalPrice: totalPrice() }),
  });
  const { redirectUrl } = await response.json();
  localStorage.removeItem("cart");
  window.location.href = redirectUrl;
}

async function deliveryTimes(query) {
  const response = await fetch(`${ENDPOINT}/deliveryTimes${query}`);
  return (await response.json()).deliveryOptions;
}

async function bookDelivery(orderId, deliveryTime) {
  await fetch(`${ENDPOINT}/bookDelivery`, { method: "POST", body: JSON.stringify({ orderId, deliveryTime }) });
}
