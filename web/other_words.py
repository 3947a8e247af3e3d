"""The JSON shapes of what is searched besides the words that were asked for."""

from pydantic import BaseModel, ConfigDict, Field

SYNONYMS = (
    "The words and phrases that were searched with others of the same meaning, by the newsroom's "
    "word lists; none with `variants=false`."
)


class NameVariantsModel(BaseModel):
    """A name of the query, and the other spellings of it that were searched, too."""

    model_config = ConfigDict(from_attributes=True)

    asked: str = Field(description="As it was typed.")
    others: list[str] = Field(
        description="As they are written most often in the archive, the commonest first."
    )


class SynonymsModel(BaseModel):
    """A word or phrase of the query, and those of the same meaning that were searched, too."""

    model_config = ConfigDict(from_attributes=True)

    asked: str = Field(description="As it was typed.")
    others: list[str] = Field(description="As they stand in the lists, in their order.")
