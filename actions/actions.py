"""The actions named in ``domain.yml``; each passes one kind of message to the guide."""

from datetime import datetime

from actions.base import GuidedAction
from bot.catalogue import catalogue
from bot.guidance.conversation import Guide
from bot.guidance.reply import Reply
from bot.guidance.situation import Situation, Understood


class ActionFaq(GuidedAction):
    """Answers a question of the visitor."""

    def name(self) -> str:
        return "action_faq"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        said = guide.suited(situation, said)
        key = catalogue().answer(said.topic, guide.absorb(situation, said).audience)
        if key is None:
            return guide.fallback(situation, said, now)
        return guide.faq(situation, said, key, catalogue()[key].metadata.contacts, now)


class ActionSource(GuidedAction):
    """Says where the last answer comes from."""

    def name(self) -> str:
        return "action_source"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        key = catalogue().answer(situation.topic, situation.audience)
        sources = catalogue()[key].metadata.sources if key else ()
        lines = "\n".join(f"- {source.name}, {source.dutch_date}" for source in sources)
        return guide.source(situation, lines or None, now)


class ActionTell(GuidedAction):
    """Takes in what the visitor tells."""

    def name(self) -> str:
        return "action_tell"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.tell(situation, said, now)


class ActionAnswer(GuidedAction):
    """Takes in an answer to a question of the assistant."""

    def name(self) -> str:
        return "action_answer"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.answer(situation, said, now)


class ActionCheck(GuidedAction):
    """Starts, or goes on with, the signal questions."""

    def name(self) -> str:
        return "action_check"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.start_check(situation, said, now)


class ActionDanger(GuidedAction):
    """Answers danger first."""

    def name(self) -> str:
        return "action_danger"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.danger(situation, said)


class ActionContacts(GuidedAction):
    """Shows people to talk to, without questions."""

    def name(self) -> str:
        return "action_contacts"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.contacts(situation, said, now)


class ActionSocial(GuidedAction):
    """Answers a greeting, thanks, an insult, "are you a robot"."""

    def name(self) -> str:
        return "action_social"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.social(situation, said, now)


class ActionExplain(GuidedAction):
    """Says why a question is asked."""

    def name(self) -> str:
        return "action_explain"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.explain(situation, now)


class ActionCorrect(GuidedAction):
    """Takes an answer back, or corrects it."""

    def name(self) -> str:
        return "action_correct"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.correct(situation, said, now)


class ActionMeldcode(GuidedAction):
    """Walks through the meldcode with people who work at a school."""

    def name(self) -> str:
        return "action_meldcode"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.meldcode(situation, said, now)


class ActionPractice(GuidedAction):
    """Shows an invented situation to learn from."""

    def name(self) -> str:
        return "action_practice"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.practice(situation, said)


class ActionStop(GuidedAction):
    """Stops the questions."""

    def name(self) -> str:
        return "action_stop"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.stop(situation)


class ActionRestart(GuidedAction):
    """Starts again with nothing known; stands in for Rasa's own action of this name."""

    def name(self) -> str:
        return "action_restart"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.restart(situation)


class ActionErase(GuidedAction):
    """Erases the conversation."""

    def name(self) -> str:
        return "action_erase"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.erase(situation)


class ActionFallback(GuidedAction):
    """Answers what was not understood, and what is not about this subject."""

    def name(self) -> str:
        return "action_fallback"

    def decide(self, guide: Guide, situation: Situation, said: Understood, now: datetime) -> Reply:
        return guide.fallback(situation, said, now)
