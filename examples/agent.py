#!/usr/bin/env python3
"""An agent for Operator Lab in Python, without any package: finds out who fell silent and how.

    npx lab run store-down --diagnostician "command:python3 examples/agent.py"

It speaks lab.agent/v1: one JSON document a line. See docs/agents.md and schema/agent-protocol.schema.json.
"""
import itertools
import json
import sys

numbers = itertools.count(1)


def say(**line):
    print(json.dumps(line), flush=True)


def ask(tool, **args):
    """Calls a tool of the desk and waits for its answer."""
    number = next(numbers)
    say(type="call", id=number, tool=tool, args=args)
    for text in sys.stdin:
        line = json.loads(text)
        if line["type"] == "observation" and line["id"] == number:
            return line["observation"]
    raise SystemExit("the lab hung up")


def nodes_of(observation):
    """The rows of compare_nodes by node, each with its place in the answer."""
    rows = observation["answer"].get("nodes", []) if observation["ok"] else []
    return {row["node"]: (index, row) for index, row in enumerate(rows)}


def healthy(up):
    return {
        "verdict": "healthy", "summary": "Every target answers, as in quiet time.", "rootCauses": [], "impact": [],
        "evidence": [{"id": "E1", "claim": "nobody stands out", "observation": up["id"], "path": "/standsOut", "asserts": {"op": "exists"}}],
        "hypotheses": [], "options": [], "recommendation": None, "confidence": 0.6,
    }


def diagnose(assignment):
    up = ask("compare_nodes", promql="up")
    known = {node["id"] for node in assignment["topology"]["nodes"]}
    silent = [(node, place, row) for node, (place, row) in nodes_of(up).items() if node in known and row["now"] != 1 and row["quiet"] and row["quiet"]["median"] == 1]
    if not silent:
        return healthy(up)
    node, place, row = silent[0]
    say(type="note", text=f"{node} does not answer; a refused connection ends at once, a hanging process lets it run into the time limit")

    took = ask("compare_nodes", promql="scrape_duration_seconds")
    took_place, took_row = nodes_of(took)[node]
    refused = took_row["now"] is not None and took_row["now"] < 1
    asked_to_stop = ask("search_logs", node=node, contains="receive signal", fromMs=assignment["quiet"]["fromMs"])
    stops = asked_to_stop["answer"]["matched"]

    kind = "process-hang" if not refused else "planned-stop" if stops else "process-crash"
    evidence = [
        {"id": "E1", "claim": f"{node} does not answer its scrapes", "observation": up["id"], "path": f"/nodes/{place}/now", "asserts": {"op": "eq", "value": 0}},
        {"id": "E2", "claim": f"its last scrape took {took_row['now']} s", "observation": took["id"], "path": f"/nodes/{took_place}/now", "asserts": {"op": "lt" if refused else "ge", "value": 1}},
        {"id": "E3", "claim": f"{stops} lines of its log speak of a signal", "observation": asked_to_stop["id"], "path": "/matched", "asserts": {"op": "eq", "value": stops}},
    ]
    others = [other for other in ("process-crash", "process-hang", "planned-stop") if other != kind]
    return {
        "verdict": "healthy" if kind == "planned-stop" else "fault",
        "summary": f"{node} is silent: {kind}.",
        "rootCauses": [{"component": node, "kind": kind, "mechanism": "it serves nothing, so its regions elect other leaders", "onset": row["leftBandAtMs"] or assignment["nowMs"]}],
        "impact": [{"component": node, "effect": "serves nothing"}, {"component": "clients", "effect": "stalled until other leaders were elected"}],
        "evidence": evidence,
        "hypotheses": [{"cause": {"component": node, "kind": kind}, "verdict": "accepted", "because": "it explains how connections end", "evidence": ["E1", "E2"]}]
        + [{"cause": {"component": node, "kind": other}, "verdict": "rejected", "because": "it would show otherwise", "evidence": ["E3" if other == "planned-stop" else "E2"]} for other in others],
        "options": [
            {"action": {"name": "restart-store", "target": node}, "benefits": "brings its replicas back", "risks": "may die of the same thing again", "reversible": True},
            {"action": {"name": "wait-and-watch"}, "benefits": "moves nothing", "risks": "one more failure costs quorums", "reversible": True},
        ],
        "recommendation": {"option": 0, "rationale": "redundancy is gone until it is back", "verifyBy": "its up is 1 again"},
        "confidence": 0.8,
    }


opening = json.loads(sys.stdin.readline())
say(type="diagnosis", diagnosis=diagnose(opening["assignment"]))
for answer in sys.stdin:
    line = json.loads(answer)
    if line["type"] == "rejected":
        sys.exit("the diagnosis breaks the contract: " + "; ".join(line["problems"]))
