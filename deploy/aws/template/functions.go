package template

import (
	"slices"
	"unicode"

	"acme.example/webshop/deploy/aws/functions"
)

// resourceName returns the logical id of a function.
func resourceName(f functions.Function) string { return upper(f.Name) + "Function" }

func upper(name string) string {
	first := []rune(name)
	first[0] = unicode.ToUpper(first[0])
	return string(first)
}

// settings are the values of the functions' environment variables, by name.
var settings = map[string]any{
	"WEBSHOP_LINK_SECRET":       sub("{{resolve:secretsmanager:${LinkSecret}}}"),
	"WEBSHOP_LINK_VALIDITY":     ref("LinkValidity"),
	"WEBSHOP_STOCKIST_SECRET":   sub("{{resolve:secretsmanager:${StockistSecret}}}"),
	"WEBSHOP_SCREENING_SECRET":  sub("{{resolve:secretsmanager:${ScreeningSecret}}}"),
	"WEBSHOP_PAYMENTS_US_TOKEN": ref("PaymentsUSToken"),
	"WEBSHOP_PAYMENTS_MX_TOKEN": ref("PaymentsMXToken"),
	"WEBSHOP_SCREENING_TOKEN":   ref("ScreeningToken"),
	"WEBSHOP_STOCKIST_TOKEN":    ref("StockistToken"),
	"WEBSHOP_CARRIER_TOKEN":     ref("CarrierToken"),
	"WEBSHOP_CARRIER_SECRET":    ref("CarrierSecret"),
	"WEBSHOP_BOOKS_TOKEN":       ref("BooksToken"),
	"WEBSHOP_PARTNER_TIMEOUT":   ref("PartnerTimeout"),
	"WEBSHOP_PAYMENTS_US_URL":   ref("PaymentsUSUrl"),
	"WEBSHOP_PAYMENTS_MX_URL":   ref("PaymentsMXUrl"),
	"WEBSHOP_STOCKIST_URL":      ref("StockistUrl"),
	"WEBSHOP_CARRIER_URL":       ref("CarrierUrl"),
	"WEBSHOP_BOOKS_URL":         ref("BooksUrl"),
	"WEBSHOP_SCREENING_URL":     ref("ScreeningUrl"),
	"WEBSHOP_SMTP_ADDR":         ref("SmtpAddr"),
	"WEBSHOP_SMTP_TLS":          ref("SmtpTls"),
	"WEBSHOP_SMTP_USER":         ref("SmtpUser"),
	"WEBSHOP_SMTP_PASSWORD":     ref("SmtpPassword"),
	"WEBSHOP_TEST_SMTP_ADDR":    ref("TestSmtpAddr"),
	"WEBSHOP_MAIL_FROM":         ref("MailFrom"),
	"WEBSHOP_MAIL_SECRET":       ref("MailSecret"),
	"WEBSHOP_PRIVATE_TOKEN":     sub("{{resolve:secretsmanager:${PrivateToken}}}"),
	"WEBSHOP_OPERATOR":          ref("Operators"),
	"WEBSHOP_TEST_ORDERS":       ref("TestOrders"),
	"WEBSHOP_TEST_TOKEN":        ref("TestToken"),
	"WEBSHOP_CORS_ORIGIN":       ref("CorsOrigin"),
	"WEBSHOP_ORDER_PAGE":        ref("OrderPage"),
	"WEBSHOP_DELIVERY_PAGE":     ref("DeliveryPage"),
	"WEBSHOP_SUCCESS_PAGE":      ref("SuccessPage"),
	"WEBSHOP_ALERT_WEBHOOK":     ref("AlertWebhook"),
	"WEBSHOP_ALERT_SLACK":       ref("AlertSlack"),
	"WEBSHOP_KEEP":              ref("Keep"),
	"WEBSHOP_KEEP_TEST_ORDERS":  ref("KeepTestOrders"),
	"WEBSHOP_RELAY_FOR":         "50s",
}

// elsewhere are the variables that are not a function's own: WEBSHOP_FUNCTION and those written by hand in Globals. A
// shop file has no place: a new shop has the built-in rules, and operators change them at /rules.
var elsewhere = append([]string{"WEBSHOP_SHOP_FILE"}, functions.Common...)

// functionResources returns all functions with their logs.
func functionResources() (all fields) {
	for _, f := range functions.All {
		all = append(all, item(resourceName(f), functionResource(f)), item(resourceName(f)+"Logs", logs(f)))
	}
	return all
}

// program is the archive of the functions, from the folder of the template.
const program = "../../bin/lambda.zip"

func functionResource(f functions.Function) fields {
	p := fields{
		item("FunctionName", sub("${AWS::StackName}-"+f.Name)), item("Description", f.Does),
		item("CodeUri", program), // not in Globals, where "aws cloudformation package" does not look
		item("Timeout", int(f.Timeout().Seconds())), item("Environment", fields{item("Variables", environment(f))}),
		item("Policies", policies(f)), item("LoggingConfig", fields{item("LogGroup", ref(resourceName(f)+"Logs"))}),
	}
	if len(f.Subscribers) > 0 {
		p = append(p, item("EventInvokeConfig", retried()))
	}
	if events := events(f); len(events) > 0 {
		p = append(p, item("Events", events))
	}
	r := fields{item("Type", "AWS::Serverless::Function")}
	if f.Migrates { // it is first, as soon as there is a database
		r = append(r, item("DependsOn", []string{"DatabaseTargets", "FunctionsToDatabase", "PrivateRoute1", "PrivateRoute2"}))
	} else {
		r = append(r, item("DependsOn", []string{"Migration"}))
	}
	return append(r, item("Properties", p))
}

// environment returns a function's own variables.
func environment(f functions.Function) fields {
	all := fields{item("WEBSHOP_FUNCTION", f.Name)}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(f.Settings))) {
		if slices.Contains(elsewhere, name) {
			continue
		}
		value, known := settings[name]
		if !known {
			panic("template: no value for " + name) // every test run finds it
		}
		all = append(all, item(name, value))
	}
	return all
}

// policies returns what a function may do, besides writing its log and being in the network.
func policies(f functions.Function) []any {
	statements := []fields{allow("Database", "rds-db:connect",
		proxyUser())}
	if f.Publishes() {
		buses := fields{item("Fn::If", []any{"Seeded", []any{getAtt("Bus", "Arn"), ref("SeedEventBus")}, getAtt("Bus", "Arn")})}
		statements = append(statements, allow("Publish", "events:PutEvents", buses))
	}
	if len(f.Subscribers) > 0 {
		statements = append(statements, allow("DeadLetters", "sqs:SendMessage", getAtt("DeadLetters", "Arn")))
	}
	if f.DeadLetters {
		statements = append(statements, allow("DeadLetters", []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, getAtt("DeadLetters", "Arn")))
	}
	return []any{
		fields{item("Version", "2012-10-17"), item("Statement", statements)},
		fields{item("Fn::If", []any{"Traced", sub("arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"), ref("AWS::NoValue")})},
	}
}

func allow(sid string, action, resource any) fields {
	return fields{item("Sid", sid), item("Effect", "Allow"), item("Action", action), item("Resource", resource)}
}

// proxyUser returns the shop's database user behind the proxy, whose id is the end of its ARN.
func proxyUser() fields {
	id := fields{item("Fn::Select", []any{6, fields{item("Fn::Split", []any{":", getAtt("DatabaseProxy", "DBProxyArn")})}})}
	return fields{item("Fn::Sub", []any{
		"arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${Proxy}/webshop", fields{item("Proxy", id)},
	})}
}

// retried is how Lambda retries an event that a function failed to handle. The journal publishes it again itself, so a
// quarter of an hour is enough.
func retried() fields {
	failure := fields{item("Type", "SQS"), item("Destination", getAtt("DeadLetters", "Arn"))}
	return fields{
		item("MaximumRetryAttempts", 2), item("MaximumEventAgeInSeconds", 900),
		item("DestinationConfig", fields{item("OnFailure", failure)}),
	}
}

// events returns what calls a function besides rules and APIs.
func events(f functions.Function) (all fields) {
	if f.Scheduled {
		all = append(all, item("EachMinute", fields{item("Type", "ScheduleV2"), item("Properties", fields{
			item("ScheduleExpression", "rate(1 minute)"), item("Input", `{"schedule": "`+f.Name+`"}`),
			item("RetryPolicy", fields{item("MaximumRetryAttempts", 0), item("MaximumEventAgeInSeconds", 60)}),
		})}))
	}
	if f.DeadLetters {
		all = append(all, item("DeadLetters", fields{item("Type", "SQS"), item("Properties", fields{
			item("Queue", getAtt("DeadLetters", "Arn")), item("BatchSize", 10), item("FunctionResponseTypes", []string{"ReportBatchItemFailures"}),
		})}))
	}
	return all
}

func logs(f functions.Function) fields {
	return fields{item("Type", "AWS::Logs::LogGroup"), item("Properties", fields{
		item("LogGroupName", sub("/aws/lambda/${AWS::StackName}-"+f.Name)), item("RetentionInDays", ref("LogDays")),
	})}
}
