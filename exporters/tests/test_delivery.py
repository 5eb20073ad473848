"""Delivery to real receivers: in order, resumed, and nobody waits for a dead one."""

import random
import re
from collections.abc import Callable

import pytest
from django.db import connection

from events.database import Connection
from events.models import EventState, Follower
from exporters import delivery
from exporters.models import Destination, DestinationStatus
from exporters.tests.receivers import TcpReceiver, UdpReceiver, free_port, wait_until
from sensors import routing
from sensors.models import Sensor

Save = Callable[..., int]
Add = Callable[..., Destination]
Follow = Callable[[], Callable[[], None]]


def numbers(lines: list[bytes]) -> list[int]:
    """Of `event 7` in each line."""
    return [int(re.findall(rb"event (\d+)", line)[0]) for line in lines]


def test_every_event_from_now_on_arrives_in_order(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    save(5)
    add(tcp.port, transport="tcp")
    follow()
    save(2_500)
    save(10)
    assert wait_until(lambda: len(tcp.lines) == 2_510)
    assert numbers(tcp.lines) == list(range(5, 2_515))


def test_a_datagram_is_the_seeds_line(
    save: Save, add: Add, follow: Follow, udp: UdpReceiver
) -> None:
    add(udp.port)
    follow()
    save(1, message="hello", src="10.0.0.1", sport=1234, proto="tcp")
    assert wait_until(lambda: bool(udp.lines))
    line = b"<133>Mar  4 12:00:00 S-0.home: {5,0} hello {TCP} 10.0.0.1:1234 ->"
    assert udp.lines == [line]


def test_a_destination_gets_its_sensors_events_only_and_never_flow_summaries(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp")
    follow()
    save(1, sensor=4_711)
    save(1, type=4)
    save(1)
    assert wait_until(lambda: bool(tcp.lines))
    assert numbers(tcp.lines) == [2]


def test_the_minimum_rank_goes_by_the_present_rank(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp", minimum_rank=10)
    head = save(3, rank=[9, 10, 100])
    EventState.objects.create(event=head, rank=-100)
    EventState.objects.create(event=head - 2, rank=20)
    follow()
    assert wait_until(lambda: len(tcp.lines) == 2)
    assert numbers(tcp.lines) == [0, 1]


def test_a_restart_continues_where_it_ended(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp")
    end = follow()
    save(10)
    assert wait_until(lambda: len(tcp.lines) == 10)
    end()
    save(10)
    follow()
    assert wait_until(lambda: len(tcp.lines) == 20)
    assert numbers(tcp.lines) == list(range(20))


def test_a_receiver_that_was_away_gets_everything_after_its_return(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver, receivers: list[object]
) -> None:
    add(tcp.port, transport="tcp")
    follow()
    save(10)
    assert wait_until(lambda: len(tcp.lines) == 10)
    tcp.close()
    save(10)
    assert wait_until(lambda: DestinationStatus.objects.get().failed > 0)
    assert "refused the connection" in DestinationStatus.objects.get().last_error
    again = TcpReceiver(tcp.port)
    receivers.append(again)
    assert wait_until(lambda: len(again.lines) == 10)
    assert numbers(again.lines) == list(range(10, 20))


def test_a_receiver_restarted_amid_the_stream_misses_nothing(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver, receivers: list[object]
) -> None:
    """What arrives twice is bounded by a page for each restart."""
    add(tcp.port, transport="tcp")
    follow()
    generations = [tcp]
    for _ in range(20):
        save(450)
        if random.random() < 0.4:
            generations[-1].leave()
            generations.append(TcpReceiver(tcp.port))
            receivers.append(generations[-1])
    assert wait_until(lambda: 8_999 in all_numbers(generations), 20)
    got = all_numbers(generations)
    assert set(got) == set(range(9_000))
    assert len(got) - 9_000 <= len(generations) * delivery.PAGE


def all_numbers(generations: list[TcpReceiver]) -> list[int]:
    return [number for one in generations for number in numbers(one.lines)]


def test_a_dead_destination_delays_no_other(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver, receivers: list[object]
) -> None:
    stuck = TcpReceiver(reads=False)
    receivers.append(stuck)
    add(free_port(), transport="tcp")
    add(stuck.port, transport="tcp")
    add(9, name="black hole", host="192.0.2.1", transport="tcp")
    add(tcp.port, transport="tcp")
    follow()
    for _ in range(5):
        save(1_000, app="x" * 500)
    assert wait_until(lambda: len(tcp.lines) == 5_000, 5)


def test_a_changed_destination_is_in_force_at_once(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver, udp: UdpReceiver
) -> None:
    add(tcp.port, transport="tcp")
    follow()
    save(1)
    assert wait_until(lambda: len(tcp.lines) == 1)
    Destination.objects.update(port=udp.port, transport="udp")
    routing.bump()
    assert wait_until(lambda: save(1) > 0 and bool(udp.lines), 5)
    got = numbers(tcp.lines + udp.lines)
    assert got == list(range(len(got)))


def test_a_destination_that_is_switched_off_keeps_its_place(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp", enabled=False)
    save(2)
    follow()
    Destination.objects.update(enabled=True)
    routing.bump()
    assert wait_until(lambda: len(tcp.lines) == 2, 5)


def test_the_figures_add_up(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp")
    follow()
    save(20)
    assert wait_until(lambda: len(tcp.lines) == 20)
    assert wait_until(lambda: DestinationStatus.objects.get().sent == 20)
    found = DestinationStatus.objects.get()
    assert found.bytes == sum(map(len, tcp.lines))
    assert (found.failed, found.last_error) == (0, "")
    assert found.last_sent_at
    assert found.updated


def saved_position(destination: Destination) -> int:
    return Follower.objects.get(name=destination.follower).position


def test_what_is_not_wanted_does_not_wait(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    destination = add(tcp.port, transport="tcp", minimum_rank=1)
    follow()
    head = save(2_500)
    assert wait_until(lambda: saved_position(destination) == head, 5)
    assert not tcp.lines


def test_a_second_follower_stands_by_and_takes_over(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    add(tcp.port, transport="tcp")
    end = follow()
    save(5)
    assert wait_until(lambda: len(tcp.lines) == 5)
    follow()
    save(5)
    assert wait_until(lambda: len(tcp.lines) == 10)
    end()
    save(5)
    assert wait_until(lambda: len(tcp.lines) == 15)
    assert numbers(tcp.lines) == list(range(15))


def test_a_database_that_goes_away_and_returns_costs_nothing(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver, link: Connection
) -> None:
    add(tcp.port, transport="tcp")
    follow()
    save(5)
    assert wait_until(lambda: len(tcp.lines) == 5)
    link.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    connection.close()
    save(5)
    assert wait_until(lambda: numbers(tcp.lines)[-1:] == [9], 20)
    assert set(numbers(tcp.lines)) == set(range(10))


def test_a_position_above_the_store_is_reported_and_not_skipped(
    save: Save, add: Add, follow: Follow, tcp: TcpReceiver
) -> None:
    destination = add(tcp.port, transport="tcp")
    Follower.objects.filter(name=destination.follower).update(position=99)
    follow()
    save(1)
    assert wait_until(lambda: DestinationStatus.objects.filter(failed=1).exists())
    assert "older backup" in DestinationStatus.objects.get().last_error
    assert not tcp.lines


def test_a_deleted_sensor_takes_its_destinations_positions_along(
    add: Add, sensor: Sensor
) -> None:
    add(514)
    assert Follower.objects.count() == 1
    sensor.delete()
    assert not Follower.objects.exists()


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(delivery, "LONGEST_PAUSE", 0.5)
