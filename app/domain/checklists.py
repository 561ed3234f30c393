"""The standard procedure for each type of order: what must and what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.service_orders import OrderType
from app.language import msgid


@dataclass(frozen=True)
class Step:
    """One step; `text` is a message id, stored in the language of whoever makes the order."""

    text: str
    mandatory: bool = True


_SAFE = Step(msgid("Make the workplace safe: power off, locked and tagged"))
_TRIAL = Step(msgid("Trial run with the customer"))
_TIDY = Step(msgid("Leave the workplace clean"))
_PHOTOS = Step(msgid("Take photos of the result"), mandatory=False)

CHECKLISTS: Mapping[OrderType, tuple[Step, ...]] = {
    OrderType.INSTALLATION: (
        Step(msgid("Check the delivery against the packing list")),
        Step(msgid("Check foundation, power, air and water")),
        Step(msgid("Place, level and fix the machine")),
        Step(msgid("Connect power and media")),
        Step(msgid("Record serial numbers as built")),
        _PHOTOS,
        _TIDY,
    ),
    OrderType.COMMISSIONING: (
        Step(msgid("Check the safety devices and the emergency stop")),
        Step(msgid("Set the parameters and save a copy")),
        Step(msgid("Test piece measured and within tolerance")),
        _TRIAL,
        Step(msgid("Instruct the operators")),
        _PHOTOS,
    ),
    OrderType.TRAINING: (
        Step(msgid("Agree the topics with the customer")),
        Step(msgid("Hold the training")),
        Step(msgid("Practice at the machine")),
        Step(msgid("Hand over the documents"), mandatory=False),
    ),
    OrderType.REPAIR: (
        Step(msgid("Confirm the fault with the operator")),
        _SAFE,
        Step(msgid("Find the cause")),
        Step(msgid("Repair or replace the part")),
        _TRIAL,
        _PHOTOS,
        _TIDY,
    ),
    OrderType.MAINTENANCE: (
        _SAFE,
        Step(msgid("Clean the machine and check for leaks")),
        Step(msgid("Check lubrication, change oil and filters as due")),
        Step(msgid("Check wear parts, belts and guideways")),
        Step(msgid("Check the safety devices and the emergency stop")),
        Step(msgid("Read the running hours")),
        _TRIAL,
        _PHOTOS,
    ),
    OrderType.PARTS: (
        Step(msgid("Check part number and quantity with the customer")),
        Step(msgid("Hand over the parts")),
    ),
    OrderType.SUPPORT: (
        Step(msgid("Take down the question and the state of the machine")),
        Step(msgid("Advise and confirm that it is solved")),
    ),
    OrderType.PROCESS_ANALYSIS: (
        Step(msgid("Record product, process and target")),
        Step(msgid("Measure the present process")),
        Step(msgid("Discuss the proposal with the customer")),
    ),
    OrderType.OPERATION: (
        Step(msgid("Take over the shift")),
        Step(msgid("Check the machine before the start")),
        Step(msgid("Keep the running log")),
        Step(msgid("Hand over the shift")),
    ),
}
