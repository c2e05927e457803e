// SPDX-License-Identifier: Apache-2.0

package conformance

import "regexp"

// A deviation is a difference between packetsim and the OpenAPI document that
// is meant, because the real service was seen to answer so.
type deviation struct {
	pattern *regexp.Regexp
	reason  string
}

// deviations are all that are known. The fact sheet is the collection of
// captures and reports of the real service from which packetsim was made.
var deviations = []deviation{
	{
		regexp.MustCompile(`(description|hardware_reservation|ipxe_script_url|termination_time|global_ip|native_virtual_network): Value is not nullable$`),
		"captured devices have null here: fact sheet, devices",
	},
	{
		regexp.MustCompile(`meta\.(next|previous): Value is not nullable$`),
		"the ends of a list are null, and packngo never stops paging if they are left out: fact sheet, pagination",
	},
	{
		regexp.MustCompile(`bgp-config 200 route_object: Value is not nullable$`),
		"captured BGP configurations have null here: fact sheet, BGP configuration",
	},
	{
		regexp.MustCompile(`provisioning_events\.\*\.(created_at|id): Value is not nullable$`),
		"events that have not happened have null here: fact sheet, states of devices",
	},
	{
		regexp.MustCompile(`default_route: Value is not nullable$`),
		"null if the request left it out, as captured: fact sheet, shape of BGP sessions",
	},
	{
		regexp.MustCompile(`md5_password: Value is not nullable$`),
		"null without a password: fact sheet, BGP neighbours",
	},
	{
		regexp.MustCompile(`metadata 200 network\.addresses\.\*: value must be a string$`),
		"the metadata document has the addresses as objects: fact sheet, metadata service",
	},
	{
		regexp.MustCompile(`^POST /projects/\{id\}/devices 503: status is not supported$`),
		"the service answered so when no reserved hardware was left: fact sheet, errors of devices",
	},
	{
		regexp.MustCompile(`^DELETE /(projects|batches)/\{id\} 422: status is not supported$`),
		"what is in use cannot be deleted, nor a device while it is provisioned: fact sheet, projects and errors of devices",
	},
	{
		regexp.MustCompile(`address\.(address|country|zip_code): property ".*" is missing$`),
		"the address of a facility is a reference unless it is included: fact sheet, devices",
	},
	{
		regexp.MustCompile(`^POST /capacity 200 servers\.\*\.quantity: value must be a string$`),
		"packngo decodes a number: capacities.go",
	},
	{
		regexp.MustCompile(`^no operation: PATCH `),
		"the document has PUT, clients send PATCH and the service took both: fact sheet, updates",
	},
	{
		regexp.MustCompile(`^no operation: (GET|PUT) /metal/v1/notifications(/\{id\})?$`),
		"the document has no notices, packngo reads and marks them: notifications.go",
	},
	{
		regexp.MustCompile(`^(GET|POST) .*spot-market-requests(/\{id\})? 20[01] (spot_market_requests\.\*\.)?facilities: value must be an object$`),
		"packngo decodes a list of facilities: spotmarketrequest.go",
	},
}
