"""What is evaluated: the product in one configuration, or a run that another engine left."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from articles.errors import BackfileError
from articles.judgments import JudgmentKind
from articles.store import Store
from index.publish import Generations
from recommender.related import RelatedRequest, UnknownArticleError
from web.evaluation.configuration import Configuration
from web.evaluation.files import EvaluationError, Rankings, column, read_run
from web.evaluation.questions import Question
from web.parameters import SearchParameters, search_request
from web.served import Served
from web.settings import Settings

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one system answered; ``generation`` is 0 and ``settings`` empty for a run.

    ``unanswered`` are questions about articles that are not in the generation.
    """

    name: str
    rankings: Rankings
    generation: int = 0
    settings: dict[str, str] | None = None
    unanswered: int = 0


@contextmanager
def opened(settings: Settings, generation: int | None = None) -> Iterator[Served]:
    """Open a generation, the served one or that of a number, as it is served with these settings.

    Raises
    ------
    NoGenerationError
        When there is no such generation.
    """
    with closing(Store.open(settings.store_url)) as store:
        kept = Generations(settings.generations_folder)
        found = kept.open_current() if generation is None else kept.open(generation)
        with closing(Served(found, store, settings)) as served:
            yield served


def answers(
    served: Served,
    settings: Settings,
    configuration: Configuration,
    questions: Sequence[Question],
    depth: int,
    on_progress: OnProgress,
) -> Answers:
    """Ask everything of the product and return what it answers, up to ``depth`` articles each."""
    parameters = configuration.parameters
    kind = JudgmentKind.SEARCH if isinstance(parameters, SearchParameters) else JudgmentKind.RELATED
    asked = parameters.model_dump(exclude_unset=True, by_alias=True)
    rankings: Rankings = {}
    unanswered = 0
    for done, question in enumerate(questions, 1):
        try:
            if isinstance(parameters, SearchParameters):
                found = _searched(served, settings, parameters, question, depth)
            else:
                found = _related(served, asked, question, depth)
        except UnknownArticleError:
            unanswered += 1
            found = []
        except BackfileError as error:
            raise EvaluationError(f"{kind.value} of {question.id}: {error}") from error
        rankings[question.id] = [column(article_id) for article_id in found]
        on_progress(done, len(questions))
    shown = {name: str(value) for name, value in (configuration.settings | asked).items()}
    return Answers(
        name=configuration.name,
        rankings=rankings,
        generation=served.generation.number,
        settings=shown,
        unanswered=unanswered,
    )


def answers_of_run(path: Path, questions: Sequence[Question], depth: int) -> Answers:
    """Return what another engine answered, from its TREC run.

    Raises
    ------
    EvaluationError
        When the run answers none of the questions.
    """
    found = read_run(path, depth)
    rankings = {question.id: found.get(question.id, []) for question in questions}
    if not any(rankings.values()):
        raise EvaluationError(
            f"{path} answers none of the questions: its first column must be their ids, such as "
            f"{questions[0].id}"
        )
    return Answers(name=path.name, rankings=rankings)


def _searched(
    served: Served,
    settings: Settings,
    parameters: SearchParameters,
    question: Question,
    depth: int,
) -> Sequence[str]:
    request = search_request(parameters.model_copy(update={"q": question.text}), settings)
    return served.engine.rank(replace(request, offset=0, limit=depth)).ids


def _related(
    served: Served, parameters: dict[str, Any], question: Question, depth: int
) -> Sequence[str]:
    wanted = RelatedRequest(**parameters | {"limit": depth})
    return [item.id for item in served.related(question.text, wanted)]
