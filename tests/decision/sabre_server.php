<?php
// SPDX-License-Identifier: Apache-2.0
// A CalDAV server for `php -S`: sabre/dav with our plugin and a database of its own. Everybody's password is `secret`.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
require_once 'Sabre/autoload.php';
require_once __DIR__ . '/../../examples/sabre/MeetcostPlugin.php';

class Everybody extends Sabre\DAV\Auth\Backend\AbstractBasic {
    protected function validateUserPass($user, $password) { return $password === 'secret'; }
}

/** Where scheduling would be: writes down what it is shown. */
class Watching extends Sabre\DAV\ServerPlugin {
    function initialize(Sabre\DAV\Server $server) {
        $seen = function ($path, &$data, $parent) { $this->saw($data); };
        $server->subscribeEvent('beforeCreateFile', $seen, 100);
        $server->subscribeEvent('beforeWriteContent', function ($path, $node, &$data) { $this->saw($data); }, 100);
    }
    private function saw(&$data) {
        $data = is_resource($data) ? stream_get_contents($data) : $data;
        file_put_contents(getenv('SABRE_SEEN'), $data, FILE_APPEND);
    }
}

$database = new PDO('sqlite:' . getenv('SABRE_DATABASE'));
$database->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$principals = new Sabre\DAVACL\PrincipalBackend\PDO($database);
$server = new Sabre\DAV\Server([
    new Sabre\CalDAV\Principal\Collection($principals),
    new Sabre\CalDAV\CalendarRootNode($principals, new Sabre\CalDAV\Backend\PDO($database)),
]);
$server->setBaseUri('/');
$server->addPlugin(new Sabre\DAV\Auth\Plugin(new Everybody(), 'test'));
$server->addPlugin(new Sabre\DAVACL\Plugin());
$server->addPlugin(new Sabre\CalDAV\Plugin());
$server->addPlugin(new Watching());
$server->addPlugin(new Meetcost\Plugin(getenv('MEETCOST_URL'), getenv('MEETCOST_TOKEN') ?: '', getenv('MEETCOST_SOCKET') ?: ''));
$server->exec();
