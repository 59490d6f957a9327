package app_test

// The examples of the seed's README, unchanged except for the mail addresses, which the page that it was copied from had
// made unreadable ("[email protected]").
const (
	exampleCreateOrder = `{
"name": "Someone",
"email": "someone@somewhere.com",
"phone": "321321321",
"street": "Thisway1",
"city": "Thatplace",
"customerType": "B2C",
"market": "US",
"products": "BB001,BL001",
"totalPrice": 30000,
"testId": 352,
"orgNumber": 0
}`
	examplePlaceOrder = `{
"detail": {
"name": "Someone",
"email": "someone@somewhere.com",
"phone": "123123123",
"street": "Thisway1",
"city": "Thatplace",
"customerType": "B2C",
"market": "MX",
"products": "BB001,BL001",
"totalPrice": 32500,
"testId": 321321321,
"orgNumber": 0
}
}`
	exampleGetAllTestOrders = `query {
getAllTestOrders(testId: 797130) {
orderId
customerName
customerEmail
customerPhone
customerStreet
customerCity
customerType
customerMarket
orderedProducts
totalPrice
deliveryTime
status
orgNumber
testId
}
}`
	exampleGraphQLPlaceOrder = `mutation {
placeOrder(name: "name", email: "email", phone: "phone", street: "street", city: "city", customerType: "B2C", market: "US", products: "BB001,BA002", totalPrice: 12300, orgNumber: 0, testId: 666) {
orderId
}
}`
	exampleUpdateOrderStatus = `mutation updateOrderStatus {
updateOrderStatus(id: 9535446, status: DELIVERY_BOOKED) {
orderId
}
}`
	exampleGetOrder = `query {
getOrder(id: 86757) {
orderId
customerName
customerEmail
customerPhone
customerStreet
customerCity
customerType
customerMarket
orderedProducts
totalPrice
deliveryTime
status
testId
}
}`
	exampleAddDeliveryData = `mutation {
addDeliveryDataToOrder(deliveryData: {orderId: 86757, deliveryTime: "16000000001"})
}`
	exampleBookDelivery = `{
"orderId": 86757,
"deliveryTime": "16000000000"
}`
	exampleEmail = `{
"transaction": "DeliveryBooked",
"orderId": 142124,
"name": "Someone",
"email": "someone@somewhere.com",
"phone": "123123123123",
"street": "ThatWay 1",
"city": "ThereCity",
"deliveryTime": "1200"
}`
	exampleFinance = `{
"detail-type": "OrderCreated",
"detail": {
"orderId": 12345678,
"totalPrice": 10000
}
}`
	exampleStock = `{
"orderId": 12345678
}`
)
