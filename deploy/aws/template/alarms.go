package template

import (
	"strings"

	"acme.example/webshop/deploy/aws/functions"
)

// metric is an alarm's metric: a number each minute.
type metric struct {
	namespace, name, dimension string
	of                         any // the dimension's value
	statistic                  string
	above                      int
	minutes                    int  // how many of the last five it must exceed the limit
	silence                    bool // whether missing data is an alarm too
	says                       string
}

// alarmResources report dead letters, overdue steps, a relay that does not run, and errors and throttles of each
// function.
func alarmResources() (all fields) {
	queue := func(name, says string, above int) metric {
		return metric{namespace: "AWS/SQS", name: name, dimension: "QueueName", of: getAtt("DeadLetters", "QueueName"), statistic: "Maximum", above: above, minutes: 3, says: says}
	}
	shop := func(name, says string, above int) metric {
		return metric{namespace: "Webshop", name: name, dimension: "Stack", of: ref("AWS::StackName"), statistic: "Maximum", above: above, minutes: 3, silence: name == "OutboxAgeSeconds", says: says}
	}
	for _, named := range []struct {
		id string
		metric
	}{
		{"DeadLettersWaiting", queue("ApproximateNumberOfMessagesVisible", "dead letters are not parked: is the function relay well?", 0)},
		{"DeadLettersParked", shop("DeadLetters", "dead letters wait for an operator: webshop deadletters list", 0)},
		{"ReceiptsOverdue", shop("OverdueReceipts", "events are not handled in time: webshop alerts", 0)},
		{"OrdersOverdue", shop("OverdueOrders", "orders are not where they should be by now: webshop alerts", 0)},
		{"AlertsOpen", shop("OpenAlerts", "the shop says that something is wrong: webshop alerts", 0)},
		{"OutboxOld", shop("OutboxAgeSeconds", "events wait to be published, or the function relay does not run", 300)},
	} {
		all = append(all, item(named.id, named.alarm()))
	}
	for _, f := range functions.All {
		for _, name := range []string{"Errors", "Throttles"} {
			says := f.Name + ": " + strings.ToLower(name) + " in three of five minutes; see its log"
			m := metric{namespace: "AWS/Lambda", name: name, dimension: "FunctionName", of: ref(resourceName(f)), statistic: "Sum", minutes: 3, says: says}
			all = append(all, item(resourceName(f)+name, m.alarm()))
		}
	}
	return all
}

func (m metric) alarm() fields {
	missing := "notBreaching"
	if m.silence {
		missing = "breaching"
	}
	return fields{item("Type", "AWS::CloudWatch::Alarm"), item("Properties", fields{
		item("AlarmDescription", m.says), item("Namespace", m.namespace), item("MetricName", m.name),
		item("Dimensions", []any{fields{item("Name", m.dimension), item("Value", m.of)}}), item("Statistic", m.statistic),
		item("Period", 60), item("EvaluationPeriods", 5), item("DatapointsToAlarm", m.minutes), item("Threshold", m.above),
		item("ComparisonOperator", "GreaterThanThreshold"), item("TreatMissingData", missing),
		item("AlarmActions", []any{ref("Alarms")}), item("OKActions", []any{ref("Alarms")}),
	})}
}
