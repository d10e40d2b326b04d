"""``observe``: what the analyst saw on a service's page goes into the case. Nothing is asked."""

from __future__ import annotations

import argparse

from phishlab import case as cases
from phishlab import observing
from phishlab.views.safe import Lens


def run(arguments: argparse.Namespace) -> int:
    """Keep the observation, say what was kept, and name the verb that writes the report anew."""
    opened = cases.open_case(arguments.case)
    found = observing.observe(
        opened,
        arguments.service,
        arguments.subject,
        arguments.state,
        note=arguments.note,
        picture=observing.screenshot(arguments.screenshot) if arguments.screenshot else None,
        seen_at=observing.moment(arguments.seen_at),
    )
    lens = Lens(lang=arguments.lang, recipients=opened.message.recipients)
    if found.record is not None:
        state, when = lens.say(f"state.{found.record.state}"), lens.when(found.record.as_of)
        print(lens.say("cli.observed", service=found.source, subject=found.subject, state=state, when=when))
    print(lens.say("cli.observed-next").format(case=arguments.case))
    return 0
