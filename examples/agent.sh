#!/bin/sh
# An agent for Operator Lab in plain shell, without jq: looks who is silent, and says so with one piece of evidence.
#
#     npx lab run store-down --diagnostician "command:sh examples/agent.sh"
#
# It speaks lab.agent/v1: one JSON document a line. See docs/agents.md and schema/agent-protocol.schema.json.

# Asks the desk; the answer is one line in $answer, its id in $observation.
ask() {
  printf '{"type":"call","tool":"%s","args":%s}\n' "$1" "$2"
  read -r answer
  observation=$(printf '%s' "$answer" | sed 's/.*"observation":{"id":"\(O[0-9]*\)".*/\1/')
}

read -r opening
now=$(printf '%s' "$opening" | sed 's/.*"nowMs":\([0-9]*\).*/\1/')

ask compare_nodes '{"promql":"up"}'
up=$observation
case $answer in
  *'"standsOut":{"node":'*) ;;
  *)
    printf '{"verdict":"healthy","summary":"every target answers","rootCauses":[],"impact":[],"hypotheses":[],"options":[],"recommendation":null,"confidence":0.5,"evidence":[{"id":"E1","claim":"nobody stands out","observation":"%s","path":"/standsOut","asserts":{"op":"exists"}}]}\n' "$up"
    exit 0
    ;;
esac
node=$(printf '%s' "$answer" | sed 's/.*"standsOut":{"node":"\([^"]*\)".*/\1/')

ask compare_nodes '{"promql":"scrape_duration_seconds"}'
# One row a line; its number is its place in the answer.
rows=$(printf '%s' "$answer" | sed 's/{"node":/\
&/g' | grep '^{"node":')
place=$(($(printf '%s\n' "$rows" | grep -n "^{\"node\":\"$node\"" | head -n 1 | cut -d: -f1) - 1))
seconds=$(printf '%s\n' "$rows" | grep "^{\"node\":\"$node\"" | head -n 1 | sed 's/.*"now":\([^,]*\),.*/\1/')
printf '{"type":"note","text":"the last scrape of %s took %s s"}\n' "$node" "$seconds"
case $seconds in
  0* | *e-*) kind=process-crash other=process-hang op=lt ;;
  *) kind=process-hang other=process-crash op=ge ;;
esac

cat <<ANSWER | tr -d '\n'
{"verdict":"fault","summary":"$node is silent: $kind","confidence":0.7,
"rootCauses":[{"component":"$node","kind":"$kind","mechanism":"it serves nothing, so its regions elect other leaders","onset":$now}],
"impact":[{"component":"$node","effect":"serves nothing"}],
"evidence":[
{"id":"E1","claim":"up of $node is 0","observation":"$up","path":"/standsOut/now","asserts":{"op":"eq","value":0}},
{"id":"E2","claim":"its last scrape took $seconds s","observation":"$observation","path":"/nodes/$place/now","asserts":{"op":"$op","value":1}}],
"hypotheses":[
{"cause":{"component":"$node","kind":"$kind"},"verdict":"accepted","because":"it explains how the scrape ended","evidence":["E1","E2"]},
{"cause":{"component":"$node","kind":"$other"},"verdict":"rejected","because":"the scrape would have ended otherwise","evidence":["E2"]}],
"options":[
{"action":{"name":"restart-store","target":"$node"},"benefits":"brings its replicas back","risks":"may die of the same thing again","reversible":true},
{"action":{"name":"wait-and-watch"},"benefits":"moves nothing","risks":"one more failure costs quorums","reversible":true}],
"recommendation":{"option":0,"rationale":"redundancy is gone until it is back","verifyBy":"its up is 1 again"}}
ANSWER
echo
