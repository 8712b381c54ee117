<?php
// SPDX-License-Identifier: Apache-2.0
namespace Meetcost;
use Sabre\{CalDAV, DAV};
/** A refusal: 403 with what the decision service says in its DAV:error. */
class Refused extends DAV\Exception\Forbidden {
    const UNASKED = ['text' => 'Not saved: the meeting policy could not be asked. Tell whoever runs the calendar server.',
        'reason' => 'The meeting policy could not be asked', 'body' => '<d:error xmlns:d="DAV:"/>'];
    function __construct(private array $told) { parent::__construct($told['text']); }
    function getHTTPCode() { return method_exists('Sabre\DAV\Server', 'on') ? '403 ' . $this->told['reason'] : 403; }
    function serialize(DAV\Server $server, \DOMElement $error) {
        $document = new \DOMDocument();
        $document->loadXML($this->told['body']);
        foreach ($document->documentElement->childNodes as $one) $error->appendChild($error->ownerDocument->importNode($one, true));
    }
}

/** Asks `meetcost guard --decide` about every calendar object before sabre/dav (1.8, or 3.2 and later) stores or sends it. */
class Plugin extends DAV\ServerPlugin {
    private $server, $open = [], $gone = [];
    function __construct(private $url = 'http://127.0.0.1:5233', private $token = '', private $socket = '') {}
    function getPluginName() { return 'meetcost'; }
    function initialize(DAV\Server $server) {
        $this->server = $server;
        list($on, $any) = method_exists($server, 'on') ? ['on', 'beforeMethod:*'] : ['subscribeEvent', 'beforeMethod'];
        // before the plugins of CalDAV and of scheduling (100), after those that ask who it is (10) and who may (20)
        $server->$on($any, [$this, 'beforeMethod'], 90);
        $server->$on('beforeWriteContent', function ($path, DAV\IFile $node, &$data, &$modified = null) {
            if ($node instanceof CalDAV\ICalendarObject) $this->decide($path, $data, $node->get(), $modified); }, 90);
        $server->$on('beforeCreateFile', function ($path, &$data, DAV\ICollection $parent, &$modified = null) {
            if ($parent instanceof CalDAV\ICalendar) $this->decide($path, $data, null, $modified); }, 90);
        foreach (['afterWriteContent', 'afterBind'] as $event) $server->$on($event, function () { $this->settle(true); });
        $server->$on('afterUnbind', function () { while ($this->gone) $this->post('/removed', array_pop($this->gone)); });
        register_shutdown_function(function () { $this->settle(false); });  // what is open then was not stored
    }
    /** COPY and MOVE: before what stands at the destination is deleted. */
    function beforeMethod($request, $other) {
        list($method, $path) = is_string($request) ? [$request, $other] : [$request->getMethod(), $request->getPath()];
        if (!in_array($method, ['COPY', 'MOVE', 'DELETE']) || !$this->server->tree->nodeExists($path)) return;
        $node = $this->server->tree->getNodeForPath($path);
        if ($method === 'DELETE') return $this->goes($path, $node);
        $to = $this->server->getCopyAndMoveInfo($request);
        $parent = $this->server->tree->getNodeForPath($there = dirname($to['destination']));
        if (!$node instanceof DAV\IFile || !$parent instanceof CalDAV\ICalendar) return;
        $old = $method === 'MOVE' && dirname($path) === $there ? $node->get() : ($to['destinationExists'] ? $to['destinationNode']->get() : null);
        $this->ask($to['destination'], $this->octets($node->get()), $old, false);
        if ($method === 'MOVE' && dirname($path) !== $there) $this->goes($path, $node, $there);
    }
    /** What a meeting, or all those of a calendar, took of quotas is given back, or counted in the calendar `$to`. */
    private function goes($path, $node, $to = '') {
        foreach ($node instanceof CalDAV\ICalendar ? $node->getChildren() : [$node] as $one) if ($one instanceof CalDAV\ICalendarObject)
            $this->gone[] = ['old' => base64_encode($this->octets($one->get())), 'calendar' => $one === $node ? dirname($path) : $path, 'moved_to' => $to];
    }
    private function decide($path, &$data, $old, &$modified) {
        $data = $this->octets($data);
        $answer = $this->ask($path, $data, $old, true);
        if ($answer['outcome'] !== 'rewrite') return;
        list($data, $modified) = [base64_decode($answer['octets']), true];
        header_register_callback(function () { header_remove('ETag'); });  // RFC 4791 section 5.3.4
    }
    private function ask($path, $new, $old, $mayRewrite) {
        $answer = $this->post('/decide', ['new' => base64_encode($new), 'calendar' => dirname($path), 'may_rewrite' => $mayRewrite,
            'old' => $old === null ? null : base64_encode($this->octets($old)), 'user' => basename((string) $this->server->getPlugin('acl')?->getCurrentUserPrincipal())]);
        $outcome = $answer['outcome'] ?? '';
        if ($outcome !== 'allow' && $outcome !== 'rewrite') throw new Refused($outcome === 'refuse' ? $answer['refusal'] : Refused::UNASKED);
        $this->open[] = $answer['id'];
        return $answer;
    }
    private function settle($stored) { while ($this->open) $this->post('/settle', ['id' => array_pop($this->open), 'stored' => $stored]); }
    private function octets($data) { return is_resource($data) ? stream_get_contents($data) : (string) $data; }
    private function post($path, array $value) {
        $headers = ['Content-Type: application/json', 'Expect:', 'Authorization: Bearer ' . $this->token];
        $curl = curl_init($this->url . $path);
        curl_setopt_array($curl, [CURLOPT_POSTFIELDS => json_encode($value), CURLOPT_HTTPHEADER => $headers, CURLOPT_TIMEOUT => 30,
            CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => ''] + ($this->socket ? [CURLOPT_UNIX_SOCKET_PATH => $this->socket] : []));
        $answer = json_decode((string) curl_exec($curl), true);
        return curl_getinfo($curl, CURLINFO_HTTP_CODE) === 200 ? $answer : null;
    }
}
