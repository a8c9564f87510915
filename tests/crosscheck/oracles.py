"""Runs the programs that are compared, each as a process of its own, and gives their answers in one form:
`{job id: {"shortest", "costs", "fitness"?, "failure"?}}`, a cost being `None` where it was not determined."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor


class Programs:
    """Where the programs are."""

    def __init__(self, quytrinh=None, rust4pm=None, python=None, here=".", workers=1):
        self.quytrinh = quytrinh
        self.rust4pm = rust4pm
        self.python = python
        self.here = here
        self.workers = workers

    def asked(self, command, jobs, environment=None):
        """Gives jobs to a program that answers line by line."""
        text = "".join(json.dumps(job) + "\n" for job in jobs)
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            env={**os.environ, **(environment or {})},
            check=False,
        )
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if len(answers) != len(jobs):
            raise RuntimeError(f"{command[0]} answered {len(answers)} of {len(jobs)} jobs: {done.stderr[-2000:]}")
        return {answer["id"]: answer for answer in answers}

    def spread(self, ask, jobs):
        """Asks with several processes at once."""
        slices = [part for at in range(self.workers) if (part := jobs[at :: self.workers])]
        found = {}
        with ThreadPoolExecutor(self.workers) as pool:
            for answers in pool.map(ask, slices):
                found |= answers
        return found

    def by_rust4pm(self, jobs, most=1_000_000):
        """rust4pm's costs."""
        keep = ("id", "net", "traces", "give_up")
        send = [{**{key: job[key] for key in keep if key in job}, "max_states": most} for job in jobs]
        command = [self.rust4pm, "pairs"]
        return self.spread(lambda part: self.asked(command, part, {"RAYON_NUM_THREADS": "1"}), send)

    def by_pm4py(self, jobs, variant="dijkstra", seconds=10):
        """PM4Py's costs; with `astar` also its fitness. Nothing where it is left out."""
        if not self.python:
            return {}
        keep = ("id", "net", "traces", "finals", "give_up")
        send = [{**{key: job[key] for key in keep if key in job}, "variant": variant, "seconds": seconds} for job in jobs]
        command = [self.python, f"{self.here}/pm4py_oracle.py", "pairs"]
        return self.spread(lambda part: self.asked(command, part, {"PYTHONHASHSEED": "0"}), send)

    def replay(self, model, log, seconds=600):
        """What `quytrinh replay` says of a log; `model` is `--net FILE` or `--procedure FILE`."""
        try:
            done = subprocess.run(
                [self.quytrinh, "replay", *model, "--log", log, "--format", "json"],
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return {"failure": f"no answer within {seconds} s"}
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError:
            return {"failure": (done.stderr or done.stdout).strip()[-500:] or f"exit status {done.returncode}"}
