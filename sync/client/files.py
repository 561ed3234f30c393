"""What the sync process knows for its lane of files, whichever replica is open: wishes, network, news."""

from collections.abc import Callable

from app.domain.changes import Changes
from app.domain.notes import Attachment
from sync.client.commands import MOVED, RENEW, Command, Fetch, Meet, Prefer
from sync.client.file_lane import FileLane
from sync.client.file_news import FileNews, FileStanding, FileState, LaneNews, News
from sync.client.file_work import Preference
from sync.client.network import Network
from sync.client.reports import NO_FILES, Reports


class Files:
    """`tell` puts a command into the process's inbox."""

    def __init__(self, tell: Callable[[Command], None], reports: Reports) -> None:
        self._put, self._reports = tell, reports
        self._lane: FileLane | None = None
        self._network, self._preference = Network(), Preference()
        self._at_any_price = False

    @property
    def standing(self) -> FileStanding:
        return self._lane.standing if self._lane else NO_FILES

    def follow(self, lane: FileLane | None) -> None:
        """The lane of the replica that is open from now on."""
        self._lane = lane
        self._tell_lane()

    def obey(self, command: Prefer | Meet | Fetch) -> None:
        """The user chose otherwise, the network is another, or somebody wants to open a file."""
        match command:
            case Prefer(preference):
                self._preference = preference
                self._tell_lane()
            case Meet(network):
                self._network = network
                self._tell_lane()
            case Fetch(sha256) if self._lane:
                self._lane.want(sha256)
            case Fetch(sha256):
                self._reports.file(FileNews(sha256, FileState.FAILED, "sync.unreachable"))

    def pay(self) -> None:
        """The user asked: what waits for another network moves after the next round all the same."""
        self._at_any_price = True

    def move(self, token: str) -> None:
        """A round has ended well."""
        if self._lane:
            self._lane.move(token, self._at_any_price)
        self._at_any_price = False

    def hear(self, news: News) -> None:
        """Called on the lane's thread."""
        match news:
            case FileNews():
                self._reports.file(news)
            case LaneNews.ARRIVED:
                self._reports.changes(Changes(frozenset({Attachment})))
            case LaneNews.MOVED:
                self._put(MOVED)
            case LaneNews.TOKEN_SPENT:
                self._put(RENEW)

    def _tell_lane(self) -> None:
        if self._lane:
            self._lane.prefer(self._preference)
            self._lane.meet(self._network)
