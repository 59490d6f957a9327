package systemtest

// What the faker library lacks: Mexico, and the names that software gets wrong.

// hardNames are names of real people: apostrophes, hyphens, accents, and a letter of four bytes.
var hardNames = []string{
	"Siobhán O'Brien", "Dante D'Angelo", "Zoë Smith-Jones", "Nguyễn Thị Hương", "Þóra Guðmundsdóttir",
	"Łukasz Żółkiewski", "𠮷田 Akira", "Renée L’Écuyer", "José de la O", "Null Sørensen Jr.",
}

var companyForms = []string{
	" & Sons, Inc.", " Gardens LLC", " Offices Inc.", " & Co. \"Greenhouse\"", " Hospitality Group", " Café & Plants",
}

var americanStreets = []string{
	"Street", "Avenue", "Boulevard", "Drive", "Lane", "Court", "Road", "Way", "St. NW",
}

var mexicanFirst = []string{
	"María José", "Guadalupe", "Ximena", "Sofía", "Valentina", "Itzel", "Begoña", "Inés", "Lucía", "Rocío",
	"José Luis", "Jesús", "Ángel", "Raúl", "Iván", "Óscar", "Joaquín", "Andrés", "Tomás", "Cuauhtémoc",
}

var mexicanLast = []string{
	"Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Núñez",
	"Muñoz", "Peña", "Ibáñez", "Güemes", "Argüelles", "Ordóñez", "de la Cruz", "Zúñiga", "Treviño", "Ávila",
}

var mexicanStreets = []string{
	"Av. Insurgentes Sur", "Calle 5 de Mayo", "Av. Benito Juárez", "Calle Niños Héroes", "Paseo de la Reforma",
	"Calz. de Tlalpan", "Av. Álvaro Obregón", "Calle Michoacán", "Privada Jazmín", "Blvd. Agua Caliente",
}

var mexicanQuarters = []string{
	"Roma Norte", "Condesa", "Centro", "Del Valle", "Nápoles", "Polanco", "Narvarte", "Santa María la Ribera", "Peñitas",
}

var mexicanCities = []string{
	"Ciudad de México", "Guadalajara", "Monterrey", "Puebla", "Mérida", "Querétaro", "León", "San Luis Potosí",
	"Cancún", "Torreón", "Culiacán", "Mazatlán", "Tuxtla Gutiérrez", "Oaxaca de Juárez", "Xalapa-Enríquez",
}
