package partner_test

import "strings"

// nasty are texts that customers may type.
var nasty = map[string]string{
	"quotes":              `O'Brien "the" ''Great'' ` + "`x`",
	"backslashes":         `C:\new\table \\ \" \0 \u0041`,
	"emoji":               "Zoë 🌵👩🏽‍🌾 🇲🇽",
	"four bytes":          "𠜎𠜱 𝓐𝓭𝓪 🂡",
	"HTML":                `<b>Ada</b><script>alert(1)</script><img src=x onerror=alert(1)> &amp; &lt; <!-- --> ]]>`,
	"HTML attribute":      `" onmouseover="alert(1)" x='`,
	"template":            `{{.Email}} {{template "x"}} ${7*7} %s %d %!s(MISSING)`,
	"header":              "Ada\r\nBcc: x@y.z\r\nSubject: You won",
	"CR and a later LF":   "a\r=\n b",
	"bare line ends":      "Ada\nBcc: x@y.z\rCc: x@y.z",
	"body":                "Ada\r\n\r\n<h1>hello</h1>\r\n.\r\nQUIT",
	"end of the mail":     "\r\n.\r\nMAIL FROM:<x@y.z>",
	"dots":                ".\r\n..\r\n.hidden",
	"boundary":            "--0123456789\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
	"encoded word":        "=?utf-8?q?Bcc=3A_x=40y=2Ez?= =?UTF-8?B?QWRh?=",
	"address":             `Ada" <x@y.z>, "Eve`,
	"group":               `undisclosed: a@b.c; (comment) <x@y.z>`,
	"quoted printable":    "=0D=0ABcc: x@y.z =\r\n=20",
	"spaces":              "  two  spaces   three \t tab ",
	"no-break space":      "Ada\u00a0Lovelace\u2028line\u200b",
	"right to left":       "\u202eabc\u202c עדה عادة",
	"one long word":       strings.Repeat("x", 200),
	"many words":          strings.Repeat("ab ", 66) + "c",
	"long emoji":          strings.Repeat("🌵", 200),
	"very long":           strings.Repeat("Ada Lovelace ", 2000) + "end",
	"very long word":      strings.Repeat("é", 20000),
	"long quotes":         strings.Repeat(`"`, 200),
	"backslash and emoji": `\ ¦ \🌵`,
}
