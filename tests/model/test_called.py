"""Methods that decorators hand to libraries: when they are called, what becomes of their promises, what they get."""

from __future__ import annotations

import re

import pytest

from reviewer.model.domain import External
from reviewer.program import Program, program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

MANIFEST = b'{ "dependencies": { "@nestjs/event-emitter": "2.1.1" } }'
EARLY = b'{ "dependencies": { "@nestjs/event-emitter": "1.4.2" } }'
_CALLED = re.compile(r"// (\w[\w-]*) (\w+)$")
_DATA = re.compile(r"// data: (.*)$")

ENTRIES = """
import { Controller, Injectable, Module } from '@nestjs/common'
import { WebSocketGateway, SubscribeMessage, MessageBody } from '@nestjs/websockets'
import { MessagePattern, EventPattern, GrpcMethod, Payload } from '@nestjs/microservices'
import { Cron, Interval, Timeout } from '@nestjs/schedule'
import { OnEvent } from '@nestjs/event-emitter'
import { Processor, Process, OnQueueFailed } from '@nestjs/bull'
import { Processor as Worker, OnWorkerEvent } from '@nestjs/bullmq'
import { Resolver, Query, Mutation, Args } from '@nestjs/graphql'

@WebSocketGateway({ cors: true })
export class Gateway {
  @SubscribeMessage('find')
  async find(@MessageBody() name: string) {}  // socket forwarded

  async handleConnection(client) {}  // listener lost

  helper() {}
}

@Controller()
export class Messages {
  @MessagePattern('sum')
  sum(@Payload() values: number[]) {}  // job forwarded

  @EventPattern('made')
  async made(data) {}  // job forwarded

  @GrpcMethod('Users', 'One')
  one(data, metadata) {}  // job forwarded
}

@Injectable()
export class Jobs {
  @Cron('* * * * *')
  async nightly() {}  // job forwarded

  @Interval(1000)
  tick() {}  // job forwarded

  @Timeout(10)
  once() {}  // job forwarded

  @OnEvent('made')
  async made(event) {}  // listener forwarded

  @OnEvent('gone', { suppressErrors: false })
  async gone(event) {}  // listener lost

  async onModuleInit() {}  // start-up forwarded

  async onModuleDestroy() {}  // later forwarded
}

@Processor('mail')
export class MailProcessor {
  @Process('send')
  async send(job) {}  // job forwarded

  @OnQueueFailed()
  async failed(job, error) {}  // listener lost
}

@Worker('video')
export class VideoProcessor {
  async process(job) {}  // job forwarded

  @OnWorkerEvent('failed')
  async failed(job) {}  // listener lost
}

@Resolver()
export class Users {
  @Query()
  async user(@Args('id') id: string) {}  // per-request forwarded

  @Mutation()
  async rename(@Args() input) {}  // per-request forwarded
}
"""


def opened(text: str, manifest: bytes = MANIFEST) -> Program:
    return program_of({"package.json": manifest, "entries.ts": text.encode()}, load_rulebook([rules_folder()]))


def test_methods_are_called_as_their_libraries_do() -> None:
    program = opened(ENTRIES)
    body = program.model.link.body(0)
    found = {(body.line(one.function.row), one.fact.at, one.fate) for one in program.model.routes.called.in_module(0)}
    lines = enumerate(ENTRIES.splitlines(), 1)
    assert found == {(at, said[1], said[2]) for at, line in lines if (said := _CALLED.search(line))}


def test_a_listener_of_an_early_version_loses_its_rejection() -> None:
    program = opened(ENTRIES, EARLY)
    place = program.model.libraries.place
    names = {
        place(one.place): one.fate
        for one in program.model.routes.called.in_module(0)
        if "event-emitter" in place(one.place)
    }
    assert set(names.values()) == {"lost"}


PARAMETERS = """
import { Controller, Get, Req, Res } from '@nestjs/common'
import { WebSocketGateway, SubscribeMessage, MessageBody, ConnectedSocket } from '@nestjs/websockets'
import { MessagePattern, Payload, Ctx } from '@nestjs/microservices'
import { Resolver, Query, Args, Int } from '@nestjs/graphql'

@WebSocketGateway()
export class Gateway {
  @SubscribeMessage('a') a(@ConnectedSocket() client, @MessageBody() name: string) {}  // data: name message
  @SubscribeMessage('b') b(client, text: string) {}  // data: text message
  @SubscribeMessage('c') c(@ConnectedSocket() client, other) {}  // data:
}

@Controller()
export class Messages {
  @MessagePattern('d') d(@Payload('id') id, @Ctx() context) {}  // data: id message
  @MessagePattern('e') e(message, context) {}  // data: message message
}

@Resolver()
export class Users {
  @Query() f(@Args('name') name: string, @Args('page') page: number) {}  // data: name arguments
}
"""


def test_what_comes_in_is_data_of_the_request() -> None:
    program = opened(PARAMETERS)
    body = program.model.link.body(0)
    said = {at: found[1].split() for at, line in enumerate(PARAMETERS.splitlines(), 1) if (found := _DATA.search(line))}
    assert data(program) == {(at, *words) for at, words in said.items() if words}
    assert len(body)


def data(program: Program) -> set[tuple[int, str, str]]:
    """Line, name and part of the parameters that hold data of a request."""
    model = program.model
    body = model.link.body(0)
    found = set()
    for one in model.routes.called.in_module(0):
        for index, param in enumerate(body.params(one.function.row)):
            for item in model.ask(model.calls.parameter(0, one.function.row, index)).items:
                role = model.libraries.source_role(item.state) if isinstance(item, External) else None
                if role is not None and role[0] == "request.data":
                    found.add((body.line(one.function.row), body.text(body.first[param]), role[1]))
    return found


ADAPTED = """
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Controller, Get, Req, Res } from '@nestjs/common'
@Controller() export class AppController {
  @Get() get(@Req() request, @Res() reply) {}
}
"""


@pytest.mark.parametrize(
    ("text", "types"),
    [
        (ADAPTED, {"fastify/Request", "fastify/Reply"}),
        (ADAPTED.replace("platform-fastify", "platform-express"), {"express/Request", "express/Response"}),
    ],
)
def test_requests_are_those_of_the_server_below(text: str, types: set[str]) -> None:
    program = opened(text)
    model = program.model
    (route,) = model.routes.all()
    function = route.handlers[0].functions[0]
    held = [model.ask(model.calls.parameter(0, function.row, index)).items for index in (0, 1)]
    assert {
        model.libraries.place(item.state) for items in held for item in items if isinstance(item, External)
    } == types
