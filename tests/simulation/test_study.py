from pathlib import Path

from il6report.simulation.parameters import StudyModel
from il6report.simulation.study import write_study

DATA = Path(__file__).parents[2] / "data"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_committed_data_are_what_the_seed_gives(tmp_path: Path) -> None:
    write_study(tmp_path, StudyModel())
    assert files(tmp_path) == files(DATA)
